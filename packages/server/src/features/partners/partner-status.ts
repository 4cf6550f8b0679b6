/** How each partner is doing: looked up when an admin asks. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { connectionOf } from './connection.ts';
import type { PartnerStatus, Partners } from './partners.ts';
import { EVERYBODY, type PauseStore } from './pause-store.ts';

export function createPartnerStatus(deps: {
  kit: Kit;
  apis: Apis;
  pauses: PauseStore;
}): Partners['status'] {
  const { kit } = deps;

  return async function status(agreements) {
    const pauses = new Map((await deps.pauses.list()).map((one) => [one.host, one]));
    const active = agreements.filter(({ state }) => state === 'active');
    const hosts = [...new Set(active.map(({ host }) => host))];
    const [figures, traffic, failed, shared] = await Promise.all([
      kit.outbox.figures(hosts),
      kit.traffic.ofDay(hosts),
      Promise.all(hosts.map(kit.failedInbound.count)),
      Promise.all(hosts.map(deps.apis.groups.countShared)),
    ]);
    const failedOf = new Map(hosts.map((host, index) => [host, failed[index]]));
    const sharedOf = new Map(hosts.map((host, index) => [host, shared[index]]));
    const now = kit.clock.now();
    return new Map(
      agreements.map((agreement): [string, PartnerStatus] => {
        const pause = pauses.get(agreement.host) ?? pauses.get(EVERYBODY) ?? null;
        const ofHost = agreement.state === 'active' ? (figures.get(agreement.host) ?? null) : null;
        const connection = connectionOf(agreement, { pause, figures: ofHost, now });
        return [
          agreement._id,
          {
            connection,
            pausedSince: connection === 'paused' ? (pause?.since ?? null) : null,
            figures: ofHost,
            traffic: (ofHost && traffic.get(agreement.host)) ?? null,
            groupsShared: ofHost && (sharedOf.get(agreement.host) ?? 0),
            failedInbound: (ofHost && failedOf.get(agreement.host)) ?? 0,
          },
        ];
      }),
    );
  };
}
