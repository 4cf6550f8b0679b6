/** The accounts feature: local actors with their keys, remote actors as we know them. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import { shortcodesIn } from '../emojis/custom-emoji.ts';
import type { Account } from './account.ts';
import { toActor } from './account-activity.ts';
import { addAccountDocuments } from './account-documents.ts';
import { subscribeAccounts } from './account-events.ts';
import { createAccountInbox } from './account-inbox.ts';
import { addAccountRoutes, createAccountSearch } from './account-routes.ts';
import { accountIndexes, createAccountStore } from './account-store.ts';
import { createAccountViews, wordsOf } from './account-view.ts';
import type { Accounts } from './accounts.ts';
import { createBuryRecipients } from './bury-recipients.ts';
import { createActorMaker } from './create-actor.ts';
import { profileUpdate } from './edit-profile.ts';
import { createKeyStore } from './key-store.ts';
import { createMoveAccount } from './move-account.ts';
import { addMoveRoutes } from './move-routes.ts';
import { addOwnAccountRoutes } from './own-account-routes.ts';
import { keptHandle } from './own-domain.ts';
import { createProveDocument } from './prove-document.ts';
import { createMoveInbox } from './receive-move.ts';
import { createActorResolver } from './resolve-actor.ts';
import { createRestrictAccount } from './restrict-account.ts';
import { createRotateKeys } from './rotate-keys.ts';

export function createAccountsFeature(kit: Kit, apis: Apis): { feature: Feature; api: Accounts } {
  const { clock, nextId, pending, baseUrl, ownHost, accountDomain } = kit;
  const store = createAccountStore(kit.mongo);
  const keys = createKeyStore({
    mongo: kit.mongo,
    now: clock.now,
    generateRsaKeys: kit.generateRsaKeys,
    published: async (id) => (await store.byId(id))?.publicKeys[0]?.id,
  });
  const rotateKeys = createRotateKeys({
    keys,
    now: clock.now,
    byId: store.byId,
    update: store.update,
    entry: pending.entry,
    kick: (id) => pending.kick('accounts', id),
  });
  const views = createAccountViews({ apis, baseUrl });
  const createActor = createActorMaker({
    baseUrl,
    now: clock.now,
    nextId,
    entry: (event) => pending.entry(event),
    insert: store.insert,
    createKeys: keys.create,
    discardKeys: keys.discard,
    byHandle: store.byHandle,
  });
  const resolver = createActorResolver({
    remote: kit.remote,
    own: { ownHost, accountDomain },
    allowHttp: kit.config.federation.allow_http,
    now: clock.now,
    nextId,
    byId: store.byId,
    byIri: store.byIri,
    byHandle: store.byHandle,
    anyOfDomain: store.anyOfDomain,
    insert: store.insert,
    update: (id, change) => store.update(id, change),
    pictures: rememberPictures,
    emojis: (account, told = []) => apis.emojis.remember(account, told),
    onUpdated: (id) => kit.events.emit({ name: 'account.updated', id, local: false, data: {} }),
    markGone,
    mayProfile: (host) => apis.policy.allows(host, 'directory'),
  });
  const search = createAccountSearch({ kit, apis, store });
  const moves = createMoveAccount({ kit, apis, store });
  let instanceActorId: string | undefined;

  async function rememberPictures(account: string, urls: { avatar?: string; header?: string }) {
    const picture = async (url: string | undefined, purpose: 'avatar' | 'header') => {
      if (!url) return undefined;
      const [id] = await apis.media.remember(account, [
        { url, mediaType: 'image/*', alt: '', purpose },
      ]);
      return id;
    };
    return {
      avatar: await picture(urls.avatar, 'avatar'),
      header: await picture(urls.header, 'header'),
    };
  }

  /** Read anew each time: another process may have changed its keys. */
  async function getInstanceActor(): Promise<Account> {
    const actor = instanceActorId
      ? await store.byId(instanceActorId)
      : await store.byIri(`${baseUrl}/actor`);
    if (!actor) throw new Error('the instance actor is made at start');
    instanceActorId = actor._id;
    return actor;
  }

  async function ensureInstanceActor(): Promise<void> {
    const known = await store.byIri(`${baseUrl}/actor`);
    const displayName = kit.config.instance.name;
    if (!known) {
      const actor = { kind: 'application' as const, username: ownHost, displayName };
      // Another process may make it at the same moment; one of the two succeeds.
      await createActor(actor).catch((error) =>
        kit.log.debug({ err: error }, 'the instance actor is there'),
      );
    } else if (known.displayName !== displayName) {
      await store.update(known._id, { displayName, updatedAt: clock.now() });
    }
    await getInstanceActor();
  }

  async function actorDocument(account: Account) {
    const [icon, image] = await Promise.all([pictureOf(account.avatar), pictureOf(account.header)]);
    const emojis = await apis.emojis.wire(shortcodesIn(...wordsOf(account)));
    return toActor(account, { baseUrl, now: clock.now(), icon, image, emojis });
  }

  async function pictureOf(id: string | undefined) {
    const [media] = id ? await apis.media.getMany([id]) : [];
    const url = media && apis.media.urlOf(media, 'original');
    return media && url ? { url, mediaType: media.mediaType } : undefined;
  }

  async function editProfile(
    id: string,
    change: Parameters<Accounts['editProfile']>[1],
  ): Promise<Account> {
    const update = profileUpdate(change, { baseUrl, now: clock.now() });
    const account = await store.update(id, update, pending.entry('account.updated'));
    if (!account) throw notFound();
    await pending.kick('accounts', id);
    return account;
  }

  async function setState(
    id: string,
    state: Account['state'],
    event?: 'account.suspended',
  ): Promise<Account> {
    const account = await store.update(
      id,
      { state, updatedAt: clock.now() },
      event && pending.entry(event),
    );
    if (!account) throw notFound();
    if (event) await pending.kick('accounts', id);
    return account;
  }

  async function markGone(id: string): Promise<void> {
    // Who is suspended here and comes back under the same id is suspended still.
    const isSuspended = (await store.byId(id))?.restricted === 'suspended';
    const state = isSuspended ? 'suspended' : 'gone';
    await store.update(id, { state, updatedAt: clock.now() });
    await kit.events.emit({ name: 'account.deleted', id, local: false, data: {} });
  }

  subscribeAccounts({ kit, apis, store, resolver, actorDocument });

  const api: Accounts = {
    get: store.byId,
    getMany: async (ids) => {
      if (ids.length === 0) return [];
      const found = new Map(
        (await store.many([...new Set(ids)])).map((account) => [account._id, account]),
      );
      return ids.flatMap((id) => found.get(id) ?? []);
    },
    byIri: store.byIri,
    byHandle: (handle) => store.byHandle(keptHandle(kit, handle)),
    resolveIri: resolver.resolveIri,
    mayComeBack: resolver.mayComeBack,
    resolveHandle: resolver.resolveHandle,
    createLocalActor: async (actor) => {
      const account = await createActor(actor);
      await pending.kick('accounts', account._id);
      return account;
    },
    createPerson: async (person) => {
      const account = await createActor({ ...person, kind: 'person' });
      await pending.kick('accounts', account._id);
      return account;
    },
    updateLocalActor: (id, change) => editProfile(id, change),
    editProfile,
    actorDocument,
    proveDocument: createProveDocument({ signing: keys.signing, clock }),
    instanceActor: getInstanceActor,
    signingKeys: keys.signing,
    rotateKeys,
    move: moves.move,
    addAlias: moves.addAlias,
    lookAgain: async (id) => {
      const account = await store.byId(id);
      if (account) await resolver.resolveIri(account.iri, { refresh: true });
    },
    buryRecipients: createBuryRecipients({
      atInbox: store.atInbox,
      lookAgain: (iri) => resolver.resolveIri(iri, { refresh: true }),
    }),
    reduceProfiles: store.reduceAt,
    domains: store.domains,
    markGone,
    setState,
    restrict: createRestrictAccount({ kit, store }),
    restricted: store.restricted,
    setRole: async (id, role) => {
      const account = await store.update(id, { role, updatedAt: clock.now() });
      if (!account) throw notFound();
      apis.streaming.refresh(id);
      return account;
    },
    staff: async (roles) => (await store.staff(roles)).map((account) => account._id),
    people: store.people,
    search,
    addCounts: (id, counts, lastPostAt) => store.addCounts({ id, counts, lastPostAt }),
    present: async (ids) => views.present(await store.many([...new Set(ids)])),
    presentOwn: async (account) =>
      views.presentOwn(account, {
        followRequests: await apis.relations.countRequests(account._id),
        preferences: await apis.preferences.of(account._id),
        email: null,
      }),
    countPeople: store.countPeople,
  };

  return {
    feature: {
      name: 'accounts',
      indexes: accountIndexes,
      pending: ['accounts'],
      personalData: [
        {
          name: 'profile',
          read: async (id) => {
            const account = await store.byId(id);
            return account ? [await api.presentOwn(account)] : [];
          },
        },
      ],
      routes: (endpoints) => {
        addAccountDocuments(endpoints, { kit, apis });
        addOwnAccountRoutes(endpoints, { kit, apis, store, views });
        addAccountRoutes(endpoints, { kit, apis, store, views });
        addMoveRoutes(endpoints, { apis, moves });
      },
      inbound: [
        createMoveInbox({ kit, apis, store }),
        createAccountInbox({
          remote: kit.remote,
          save: resolver.save,
          resolveIri: resolver.resolveIri,
          markGone,
        }),
      ],
      start: ensureInstanceActor,
    },
    api,
  };
}
