/** Which account somebody of the provider has: the one that is bound to its subject, or a new one. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { usernameProblem } from '../accounts/create-actor.ts';
import { identityId, type Subject, usernamesFor } from './oidc.ts';
import type { OidcStore } from './oidc-store.ts';
import type { People } from './people.ts';

export type OidcAccounts = ReturnType<typeof createOidcAccounts>;

export function createOidcAccounts(deps: {
  kit: Kit;
  apis: Apis;
  store: OidcStore;
  people: People;
  createAccounts: boolean;
}) {
  const { kit, apis, store, people, createAccounts } = deps;

  /** Null where nobody has connected this subject, and accounts are not made for strangers. */
  async function accountOf(subject: Subject): Promise<Account | null> {
    const known = await store.get(identityId(subject));
    if (known) {
      await store.used(known._id);
      return apis.accounts.get(known.account);
    }
    if (!createAccounts) return null;
    const account = await make(subject);
    if (await connect(account._id, subject)) return account;
    // At the same moment elsewhere: the first one counts.
    const first = await store.get(identityId(subject));
    return first && apis.accounts.get(first.account);
  }

  /** False where the subject is bound already. */
  function connect(account: string, subject: Subject): Promise<boolean> {
    const now = kit.clock.now();
    return store.add({
      _id: identityId(subject),
      account,
      publicId: kit.nextId(),
      name: subject.name || subject.username,
      createdAt: now,
      usedAt: now,
    });
  }

  async function make(subject: Subject): Promise<Account> {
    const named = { displayName: subject.name || undefined, role: 'member' as const };
    let last: unknown = new AppError('conflict', 'No user name is free');
    for (const username of usernamesFor(subject).filter((one) => !usernameProblem(one))) {
      for (const email of subject.email ? [subject.email, undefined] : [undefined]) {
        try {
          return await people.createPerson({ ...named, username, email });
        } catch (error) {
          // The name is taken or reserved, or the address is somebody else's: theirs it stays.
          if (!(error instanceof AppError) || !['invalid', 'conflict'].includes(error.code))
            throw error;
          last = error;
        }
      }
    }
    throw last;
  }

  return { accountOf, connect };
}
