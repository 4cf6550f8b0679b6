/** Remote accounts: fetched where policy allows, stored once, refreshed when stale. */
import { type RemoteActor, readActor, sanitizeRemoteHtml } from '@mitoyen/federation';
import { iriHost, normaliseHost, parseIri, sameIri } from '@mitoyen/protocol';
import type { RemoteFetch } from '../../inbox/remote-fetch.ts';
import type { Kit } from '../../kit.ts';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Account, AccountKind } from './account.ts';
import { bareRemote } from './bare-profile.ts';
import { createClaimedDomains } from './claimed-domain.ts';
import { isOwnDomain, keptHandle } from './own-domain.ts';

export type ResolveDeps = {
  remote: RemoteFetch;
  own: Pick<Kit, 'ownHost' | 'accountDomain'>;
  allowHttp: boolean;
  now: () => number;
  nextId: () => string;
  byId: (id: string) => Promise<Account | null>;
  byIri: (iri: string) => Promise<Account | null>;
  byHandle: (handle: string) => Promise<Account | null>;
  /** Somebody whose handle ends so. */
  anyOfDomain: (domain: string) => Promise<Account | null>;
  insert: (account: Account) => Promise<boolean>;
  update: (id: string, change: Partial<Account>) => Promise<Account | null>;
  /** Pictures of a profile become media of ours. */
  pictures: (
    account: string,
    urls: { avatar?: string; header?: string },
  ) => Promise<{ avatar?: string; header?: string }>;
  /** Emojis in a profile likewise. */
  emojis: (account: string, told: RemoteActor['emojis']) => Promise<Account['emojis'] & object>;
  /** Its server says for good that it is no more: what it wrote goes with it. */
  markGone: (id: string) => Promise<void>;
  onUpdated: (id: string) => Promise<void>;
  /** Whether profiles of people at this host may be kept, by the agreement with it. */
  mayProfile: (host: string) => boolean;
};

const STALE_MS = 24 * 3600_000;
const MOST_MISSED = 10_000;
const MISSED_MS = 5 * 60_000;
/** A server in trouble may be back soon. */
const FAILED_MS = 30_000;

const KINDS: Record<RemoteActor['type'], AccountKind> = {
  Person: 'person',
  Group: 'group',
  Service: 'service',
  Organization: 'organization',
  Application: 'application',
};

export function createActorResolver(deps: ResolveDeps) {
  const { remote, own } = deps;
  const { ownHost } = own;
  const claims = createClaimedDomains({ remote, own, allowHttp: deps.allowHttp });
  const underWay = new Map<string, Promise<Account | null>>();
  /** Ids that gave no actor: whoever names them again does not make us ask again at once. */
  const missed = createBoundedCache<string, 'failed' | 'none'>(MOST_MISSED);

  async function resolveIri(
    rawIri: string,
    options: { refresh?: boolean; asked?: boolean } = {},
  ): Promise<Account | null> {
    const iri = parseIri(rawIri);
    if (iri === null) return null;
    const known = await deps.byIri(iri);
    // A local actor is never fetched, whatever a peer calls it.
    if (iriHost(iri) === ownHost || known?.domain === null) return known;
    // Nothing is fetched from whom moderators suspended.
    if (known?.state === 'suspended') return known;
    const fresh = known?.fetchedAt !== undefined && deps.now() - known.fetchedAt < STALE_MS;
    if (known && fresh && !options.refresh) return known;
    if (!known && missed.has(iri) && !options.refresh && !options.asked) return null;
    const fetched = await once(iri, () => fetchActor(iri, known));
    return fetched ?? known;
  }

  /** Many ask for the same actor at once (a burst of its posts): it is fetched once. */
  function once(key: string, run: () => Promise<Account | null>): Promise<Account | null> {
    const running = underWay.get(key);
    if (running) return running;
    const started = run().finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  }

  async function fetchActor(iri: string, known: Account | null): Promise<Account | null> {
    const fetched = await remote.document(iri);
    const isTombstone = fetched.kind === 'ok' && fetched.document.type === 'Tombstone';
    if (known && (isTombstone || (fetched.kind === 'gone' && fetched.status === 410)))
      return bury(known);
    // A 404 may be a server in trouble: the profile is hidden until it answers again.
    if (fetched.kind === 'gone' && known)
      return deps.update(known._id, { state: 'gone', fetchedAt: deps.now() });
    const actor = fetched.kind === 'ok' ? readActor(fetched.document) : null;
    const saved = actor && (await save(actor));
    if (!saved && fetched.kind === 'failed') missed.set(iri, 'failed', { ttl: FAILED_MS });
    else if (!saved) missed.set(iri, 'none', { ttl: MISSED_MS });
    return saved;
  }

  /** Its server had trouble when it was asked for it last: it may well be there later. */
  function mayComeBack(rawIri: string): boolean {
    return missed.get(parseIri(rawIri) ?? '') === 'failed';
  }

  async function bury(known: Account): Promise<Account> {
    await deps.update(known._id, { fetchedAt: deps.now() });
    await deps.markGone(known._id);
    return { ...known, state: 'gone' };
  }

  /** Stores what an actor's own document says; also used for an Update that it signed. */
  async function save(actor: RemoteActor): Promise<Account | null> {
    const host = iriHost(actor.id);
    if (host === ownHost || iriHost(actor.inbox) !== host) return null;
    const known = await deps.byIri(actor.id);
    if (known?.domain === null) return null;
    if (known?.state === 'suspended') return known;
    const told = deps.mayProfile(host) ? actor : bareRemote(actor);
    return known ? refresh(known, told) : add(told);
  }

  async function add(actor: RemoteActor): Promise<Account | null> {
    const domain = await claims.domainOf(actor.preferredUsername, actor.id);
    const handle = `${actor.preferredUsername}@${domain}`.toLowerCase();
    const id = deps.nextId();
    const account: Account = {
      _id: id,
      kind: KINDS[actor.type],
      username: actor.preferredUsername,
      domain,
      handle,
      iri: actor.id,
      counts: { posts: 0, followers: 0, following: 0 },
      createdAt: Math.min(actor.published ?? deps.now(), deps.now()),
      state: 'active',
      ...profileOf(actor, deps.now()),
      ...(await deps.pictures(id, { avatar: actor.iconUrl, header: actor.imageUrl })),
      emojis: await deps.emojis(id, actor.emojis),
    };
    if (await deps.insert(account)) return account;
    const same = await deps.byIri(actor.id);
    if (same) return same;
    return takeOver(account, handle);
  }

  /** The handle is held by another id (the person made the account anew): the old one lets go of it. */
  async function takeOver(account: Account, handle: string): Promise<Account | null> {
    const old = await deps.byHandle(handle);
    if (!old || old.domain === null || iriHost(old.iri) !== iriHost(account.iri)) return null;
    const still = await remote.document(old.iri);
    if (still.kind !== 'gone') return null;
    const state = old.state === 'suspended' ? 'suspended' : 'gone';
    await deps.update(old._id, { state, handle: `${old._id.toLowerCase()}!${handle}` });
    return (await deps.insert(account)) ? account : deps.byIri(account.iri);
  }

  async function refresh(known: Account, actor: RemoteActor): Promise<Account | null> {
    const pictures = await deps.pictures(known._id, {
      avatar: actor.iconUrl === known.avatarUrl ? undefined : actor.iconUrl,
      header: actor.imageUrl === known.headerUrl ? undefined : actor.imageUrl,
    });
    const revived = known.state === 'gone' ? { state: 'active' as const } : {};
    const updated = await deps.update(known._id, {
      ...profileOf(actor, deps.now()),
      ...pictures,
      emojis: await deps.emojis(known._id, actor.emojis),
      ...revived,
    });
    await deps.onUpdated(known._id);
    return updated;
  }

  async function resolveHandle(rawHandle: string): Promise<Account | null> {
    const [, username, rawHost] = /^@?([^@\s]+)@([^@\s]+)$/.exec(rawHandle.trim()) ?? [];
    const host = rawHost ? normaliseHost(rawHost) : null;
    if (!username || !host || isOwnDomain(own, host))
      return deps.byHandle(keptHandle(own, rawHandle));
    const handle = `${username}@${host}`.toLowerCase();
    const known = await deps.byHandle(handle);
    if (known && known.state !== 'gone') return resolveIri(known.iri, { asked: true });
    const found = await claims.ask(`acct:${username}@${host}`, await webHostOf(host));
    if (!found || isOwnDomain(own, found.domain)) return null;
    const account = await resolveIri(found.actor, { asked: true });
    return account && account.domain !== null ? account : null;
  }

  /** People of one domain live on one server: who is known tells where the others are asked for. */
  async function webHostOf(domain: string): Promise<string> {
    const known = await deps.anyOfDomain(domain);
    return known ? iriHost(known.iri) : domain;
  }

  /** Of an account that was met before its server could be asked. */
  async function learnDomain(id: string): Promise<void> {
    const account = await deps.byId(id);
    if (!account || account.domain !== iriHost(account.iri)) return;
    const domain = await claims.domainOf(account.username, account.iri);
    const handle = `${account.username}@${domain}`.toLowerCase();
    if (domain === account.domain || (await deps.byHandle(handle))) return;
    await deps.update(id, { domain, handle });
  }

  return { resolveIri, resolveHandle, mayComeBack, save, learnDomain };
}

function profileOf(actor: RemoteActor, now: number) {
  return {
    url: actor.url ?? actor.id,
    inbox: actor.inbox,
    sharedInbox: sameHostOnly(actor.sharedInbox, actor.id),
    outbox: sameHostOnly(actor.outbox, actor.id),
    followersIri: sameHostOnly(actor.followers, actor.id),
    followingIri: sameHostOnly(actor.following, actor.id),
    featuredIri: sameHostOnly(actor.featured, actor.id),
    displayName: actor.name,
    bio: sanitizeRemoteHtml(actor.summary),
    fields: actor.fields.map((field) => ({
      name: field.name,
      value: sanitizeRemoteHtml(field.value),
    })),
    avatarUrl: actor.iconUrl,
    headerUrl: actor.imageUrl,
    locked: actor.manuallyApprovesFollowers,
    discoverable: actor.discoverable,
    indexable: actor.indexable,
    avatarText: actor.iconText,
    headerText: actor.imageText,
    bot: actor.type === 'Service' || actor.type === 'Application',
    publicKeys: actor.publicKeys
      .map(({ id, pem }) => ({ id, pem }))
      .filter((key) => iriHost(key.id) === iriHost(actor.id)),
    assertionKeys: actor.assertionKeys
      .filter((key) => sameIri(key.controller, actor.id))
      .map(({ id, multibase }) => ({ id, multibase })),
    alsoKnownAs: actor.alsoKnownAs,
    movedTo: actor.movedTo,
    capabilities: actor.capabilities,
    updatedAt: now,
    fetchedAt: now,
  };
}

/** Collections and inboxes elsewhere would let one host draw our deliveries to another. */
function sameHostOnly(iri: string | undefined, actor: string): string | undefined {
  return iri && iriHost(iri) === iriHost(actor) ? iri : undefined;
}
