/** Stores an activity once, addresses it, and queues a delivery for each inbox. */
import { createProof, type JsonObject, objectIds, PUBLIC } from '@mitoyen/federation';
import type { Apis } from '../apis.ts';
import type { Clock } from '../platform/clock.ts';
import { createCoalescer } from '../platform/coalesce.ts';
import type { Queues } from '../platform/queues.ts';
import type { createAddress } from './address.ts';
import type { OutboundActivity } from './outbox.ts';
import { type Delivery, deliveryId, type OutboxStore } from './outbox-store.ts';

/** Deliveries that one job carries: fewer jobs, while each delivery keeps its own state. */
export const PER_JOB = 25;
/** Below this priority number are messages between people; fan-outs come after them. */
export const PRIORITY = { urgent: 1, usual: 10 } as const;

export function createSendActivity(deps: {
  apis: Apis;
  store: OutboxStore;
  queues: Queues;
  clock: Clock;
  address: ReturnType<typeof createAddress>;
}) {
  const { apis, store, clock } = deps;

  /** What is sent together shares jobs: a group that passes on many posts has one inbox for each of them. */
  const enqueue = createCoalescer(async (sent: Delivery[][]) => {
    await enqueueDeliveries(deps.queues, sent.flat());
    return sent.map(() => ({ ok: true as const, value: undefined }));
  });

  return async function sendActivity(outbound: OutboundActivity): Promise<void> {
    const addresses = await deps.address(outbound);
    const id = outbound.activity.id;
    if (!(await store.activity(id))) {
      const json = JSON.stringify(await proved(outbound));
      await store.keepActivity({ _id: id, actor: outbound.actor, json });
    }
    if (addresses.length === 0) return;
    const now = clock.now();
    const deliveries: Delivery[] = addresses.map(({ inbox, host }) => ({
      _id: deliveryId(id, inbox),
      activity: id,
      actor: outbound.actor,
      inbox,
      host,
      state: 'waiting',
      urgent: outbound.urgent ?? false,
      ...(outbound.scope === 'agreement' ? { agreement: true } : { scope: outbound.scope }),
      ...(outbound.group !== undefined && { group: outbound.group }),
      ...(isForFollowersOnly(outbound) && { synchronizes: true }),
      attempts: 0,
      firstAt: now,
      nextAt: now,
    }));
    await store.addDeliveries(deliveries);
    await enqueue(deliveries);
  };

  /** With a FEP-8b32 proof, so that a hub may relay it and others need not ask us. */
  async function proved(outbound: OutboundActivity): Promise<JsonObject> {
    if (outbound.proof === false) return outbound.activity;
    const { ed25519 } = await apis.accounts.signingKeys(outbound.actor);
    return createProof(outbound.activity, {
      verificationMethod: ed25519.id,
      privateKey: ed25519.key,
      created: new Date(clock.now()).toISOString(),
    });
  }
}

/** To the followers (or members) of whoever sends it, and not to the public. */
function isForFollowersOnly({ actor, recipients, activity }: OutboundActivity): boolean {
  const { followersOf = [], membersOf = [] } = recipients;
  if (!followersOf.includes(actor) && !membersOf.includes(actor)) return false;
  return ![...objectIds(activity.to), ...objectIds(activity.cc)].includes(PUBLIC);
}

/** One job for up to 25 deliveries that are due now; urgent ones first. */
export async function enqueueDeliveries(
  queues: Queues,
  deliveries: Pick<Delivery, '_id' | 'urgent'>[],
): Promise<void> {
  const jobs = [true, false].flatMap((urgent) => {
    const ids = deliveries
      .filter((delivery) => delivery.urgent === urgent)
      .map((delivery) => delivery._id);
    const priority = urgent ? PRIORITY.urgent : PRIORITY.usual;
    return parts(ids).map((part) => ({ data: { ids: part }, options: { priority } }));
  });
  await queues.addMany('deliver', jobs);
}

function parts(ids: string[]): string[][] {
  const all: string[][] = [];
  for (let start = 0; start < ids.length; start += PER_JOB)
    all.push(ids.slice(start, start + PER_JOB));
  return all;
}
