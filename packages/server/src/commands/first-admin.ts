/** The first admin: made where nobody is yet, and let in by a link until there is a password. */
import type { App } from '../app.ts';
import type { Account } from '../features/accounts/account.ts';

export type FirstAdmin = {
  admin: Account | null;
  created: boolean;
  /** A one-time sign-in link, where the admin has no password yet. */
  link: string | null;
};

export async function ensureFirstAdmin(
  app: App,
  wanted: { username: string; email?: string },
): Promise<FirstAdmin> {
  const { accounts, authentication } = app.apis;
  const [known] = await accounts.getMany(await accounts.staff(['admin']));
  // People without an active admin: the only one was suspended. That is no first start.
  const isNew = !known && (await accounts.people({ limit: 1 })).length === 0;
  const admin = isNew
    ? await authentication.createPerson({ ...wanted, displayName: wanted.username, role: 'admin' })
    : (known ?? null);
  if (!admin || (await authentication.hasPassword(admin._id)))
    return { admin, created: false, link: null };
  const { url } = await authentication.createSignInLink(admin._id);
  return { admin, created: isNew, link: url };
}
