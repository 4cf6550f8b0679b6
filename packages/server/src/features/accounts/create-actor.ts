/** Makes local actors: people, groups, and the instance itself, all in one name space. */
import { renderMarkdown } from '@mitoyen/federation';
import { type AppError, invalid } from '../../platform/app-error.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import type { Account, AccountKind, Role } from './account.ts';
import type { PublicKeys } from './key-store.ts';

export type NewActor = {
  kind: AccountKind;
  username: string;
  displayName: string;
  bioSource?: string;
  locked?: boolean;
  role?: Role;
  state?: Account['state'];
};

type Deps = {
  baseUrl: string;
  now: () => number;
  nextId: () => string;
  entry: (event: 'account.created') => PendingEvent;
  insert: (account: Account) => Promise<boolean>;
  createKeys: (account: string, iri: string) => Promise<PublicKeys>;
  discardKeys: (account: string) => Promise<void>;
  byHandle: (handle: string) => Promise<Account | null>;
};

/** Letters of names that become handles: what every fediverse server takes. */
const USERNAME = /^[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,28}[a-zA-Z0-9_])?$/;
const RESERVED = new Set(
  'admin administrator root support help security abuse postmaster webmaster hostmaster info contact mitoyen system moderator reports moderation_reports everyone all here company public api oauth actor inbox outbox users groups posts media health about null undefined'.split(
    ' ',
  ),
);

/** What is wrong with a user name, or null. */
export function usernameProblem(
  username: string,
  options: { allowReserved?: boolean } = {},
): string | null {
  if (!USERNAME.test(username))
    return 'must be 1 to 30 letters, digits, dots, hyphens or underscores';
  if (!options.allowReserved && RESERVED.has(username.toLowerCase())) return 'is reserved';
  return null;
}

export function createActorMaker(deps: Deps) {
  const { baseUrl } = deps;

  return async function createActor(actor: NewActor): Promise<Account> {
    const handle = actor.username.toLowerCase();
    if (await deps.byHandle(handle)) throw taken();
    const account = await compose(actor, handle);
    const inserted = await deps.insert(account);
    if (inserted) return account;
    await deps.discardKeys(account._id);
    throw taken();
  };

  async function compose(actor: NewActor, handle: string): Promise<Account> {
    const id = deps.nextId();
    const iri = iriOf(actor.kind, actor.username);
    const keys = await deps.createKeys(id, iri);
    const at = deps.now();
    return {
      _id: id,
      kind: actor.kind,
      username: actor.username,
      domain: null,
      handle,
      iri,
      url: actor.kind === 'application' ? baseUrl : `${baseUrl}/@${actor.username}`,
      inbox: `${iri}/inbox`,
      sharedInbox: `${baseUrl}/inbox`,
      outbox: `${iri}/outbox`,
      followersIri: `${iri}/followers`,
      followingIri: `${iri}/following`,
      featuredIri: `${iri}/featured`,
      displayName: actor.displayName.trim() || actor.username,
      ...renderBio(actor.bioSource ?? '', baseUrl),
      fields: [],
      ...(actor.role && { role: actor.role }),
      locked: actor.locked ?? false,
      discoverable: true,
      bot: actor.kind === 'service' || actor.kind === 'application',
      state: actor.state ?? 'active',
      ...keys,
      alsoKnownAs: [],
      counts: { posts: 0, followers: 0, following: 0 },
      createdAt: at,
      updatedAt: at,
      pending: [deps.entry('account.created')],
    };
  }

  function iriOf(kind: AccountKind, username: string): string {
    if (kind === 'application') return `${baseUrl}/actor`;
    return `${baseUrl}/${kind === 'group' ? 'groups' : 'users'}/${username}`;
  }
}

/** A bio as HTML and as it was written. Mentions in it are plain text: a bio addresses nobody. */
export function renderBio(source: string, baseUrl: string): { bio: string; bioSource: string } {
  const { html } = renderMarkdown(source, {
    mentions: () => null,
    hashtagUrl: (tag) => `${baseUrl}/tags/${tag}`,
  });
  return { bio: html, bioSource: source };
}

function taken(): AppError {
  return invalid({ field: 'username', code: 'ERR_TAKEN', message: 'is already taken' });
}
