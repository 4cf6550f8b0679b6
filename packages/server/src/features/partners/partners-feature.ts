/** The partners feature: federation policy, agreements, blocks. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createAgeOutCopies } from './age-out-copies.ts';
import { createAgeOutStore } from './age-out-store.ts';
import type { AgreementDeps } from './agreement-deps.ts';
import { addAgreementDocuments } from './agreement-documents.ts';
import { agreementIndexes, createAgreementStore } from './agreement-store.ts';
import { createAnswerOffer } from './answer-offer.ts';
import { createBlockHost } from './block-host.ts';
import { addCopiesRoutes } from './copies-routes.ts';
import { createDomainBlockStore, domainBlockIndexes } from './domain-block-store.ts';
import { createEndAgreement } from './end-agreement.ts';
import { createEpochStore } from './epoch-store.ts';
import { createHousekeeping } from './expire-agreements.ts';
import { createHeldPolicy } from './held-policy-store.ts';
import { createHistoryStore, historyIndexes } from './history-store.ts';
import { createOfferAgreement } from './offer-agreement.ts';
import { createPartnerActors } from './partner-actor.ts';
import { createPartnerStatus } from './partner-status.ts';
import type { Partners, Policy } from './partners.ts';
import { createPartnersInbox } from './partners-inbox.ts';
import { addPartnersRoutes } from './partners-routes.ts';
import { createPausePartner } from './pause-partner.ts';
import { addPauseRoutes } from './pause-routes.ts';
import { createPauseStore } from './pause-store.ts';
import { createPendingHostStore, pendingHostIndexes } from './pending-host-store.ts';
import { createReadFacts, latestActive } from './read-facts.ts';
import { createReceiveOffer } from './receive-offer.ts';
import { createSignAgreement } from './sign-agreement.ts';
import { createTellPartner } from './tell-partner.ts';

export function createPartnersFeature(
  kit: Kit,
  apis: Apis,
): { feature: Feature; api: { policy: Policy; partners: Partners } } {
  const { mongo, clock, config, ownHost } = kit;
  const { mode } = config.federation;
  const store = createAgreementStore({ mongo, clock });
  const blocks = createDomainBlockStore({ mongo });
  const pauses = createPauseStore({ mongo, clock });
  const history = createHistoryStore({
    mongo,
    clock,
    nextId: kit.nextId,
    audit: (note) => apis.audit.note(note),
  });
  const pendingHosts = createPendingHostStore({ mongo, clock, most: config.limits.pending_hosts });
  const held = createHeldPolicy({
    redis: kit.redis,
    clock,
    log: kit.log,
    nextId: kit.nextId,
    channel: `mitoyen:${config.database.name}:policy`,
    empty: {
      mode: 'closed',
      ownHost,
      active: new Map(),
      known: new Set(),
      revoked: new Set(),
      paused: new Map(),
      blocked: new Set(),
      restricted: new Map(),
    },
    readFacts: createReadFacts({ mode, ownHost, agreements: store, blocks, pauses, apis }),
    knock: pendingHosts.remember,
  });
  const actors = createPartnerActors({ kit, apis });
  const sign = createSignAgreement({ apis, clock });
  const deps: AgreementDeps = { kit, apis, store, pendingHosts, held, actors, sign, history };
  const receiveOffer = createReceiveOffer(deps);
  const end = createEndAgreement({ ...deps, pauses });
  const tell = createTellPartner(deps);
  const blocking = createBlockHost({ kit, apis, blocks, held, history, takeApart: end.takeApart });
  const epoch = createEpochStore({ mongo, dataDir: config.data_dir });
  const runs = createAgeOutStore({ mongo });
  const ageOutCopies = createAgeOutCopies({ kit, apis, store, history, runs });
  const { pauseIfRestored, ...pausing } = createPausePartner({ ...deps, pauses, epoch });
  const housekeeping = createHousekeeping({ ...deps, end, tellAdmins: tell.tellAdmins });

  kit.events.on('agreement.changed', tell.onChanged);
  kit.events.on('agreement.ended', end.onEnded);
  kit.events.on('agreement.ended', tell.onEnded);

  const partners: Partners = {
    list: async () => ({
      agreements: await store.listed(),
      pending: await pendingHosts.list(),
    }),
    ofHost: (host) => store.ofHost(actors.hostOf(host)),
    ...createOfferAgreement(deps),
    ...createAnswerOffer({ ...deps, receiveOffer }),
    revoke: end.revoke,
    foresee: end.foresee,
    withdraw: end.withdraw,
    ...pausing,
    history: (host) => history.list(host === null ? null : actors.hostOf(host)),
    status: createPartnerStatus({ kit, apis, pauses }),
    dropCopies: async (rawHost, by) => {
      const host = actors.hostOf(rawHost);
      const count = await apis.posts.dropFrozen(host);
      if (count > 0)
        await history.note({ host, action: `${count} copies set aside were deleted`, by });
      return count;
    },
    forget: async (host) => {
      await pendingHosts.remove(actors.hostOf(host));
    },
    names: async () =>
      latestActive(await store.active())
        .filter(({ host }) => apis.policy.allows(host))
        .map(({ host, them }) => ({ host, name: them.name })),
    blocks: blocks.list,
    block: blocking.block,
    blockMany: blocking.blockMany,
    changeBlock: blocking.changeBlock,
    unblock: blocking.unblock,
    unblockMany: blocking.unblockMany,
  };

  return {
    feature: {
      name: 'partners',
      indexes: [
        ...agreementIndexes,
        ...pendingHostIndexes,
        ...domainBlockIndexes,
        ...historyIndexes,
      ],
      pending: ['agreements'],
      routes: (endpoints) => {
        // Before the rest: `/history` is no host.
        addPauseRoutes(endpoints, apis);
        addCopiesRoutes(endpoints, apis);
        addPartnersRoutes(endpoints, apis);
        addAgreementDocuments(endpoints, { store, baseUrl: kit.baseUrl });
      },
      inbound: [createPartnersInbox({ ...deps, receiveOffer, end })],
      timers: [
        { name: 'agreements-expire', everyMs: 60_000, run: housekeeping.expire },
        { name: 'agreements-purge-again', everyMs: 60_000, run: housekeeping.purgeAgain },
        { name: 'copies-age-out', everyMs: 5 * 60_000, run: ageOutCopies },
        { name: 'blocks-finish', everyMs: 60_000, run: blocking.sweep },
      ],
      start: async () => {
        await pauseIfRestored();
        await held.start();
      },
    },
    api: { policy: held.policy, partners },
  };
}
