/**
 * The deliver job: sign and POST, then decide. 2xx: done. 408, 425, 429, 5xx and network:
 * later, with a growing jittered pause, for days. 410: whose inbox it was may be gone. Other 4xx: stop.
 */
import {
  type SafeHttp,
  SafeHttpError,
  SYNCHRONIZATION_HEADER,
  signRequest,
} from '@mitoyen/federation';
import type { Apis } from '../apis.ts';
import type { Config } from '../config-schema.ts';
import { createBoundedCache } from '../platform/bounded-cache.ts';
import type { Clock } from '../platform/clock.ts';
import type { HostTraffic } from '../platform/host-traffic.ts';
import type { Log } from '../platform/log.ts';
import type { Queues } from '../platform/queues.ts';
import type { AskInTurn, Signer } from './ask-in-turn.ts';
import type { Circuits } from './circuits.ts';
import type { DeliveryRate } from './delivery-rate.ts';
import type { LetGoWhenSlow } from './let-go-when-slow.ts';
import type { Delivery, OutboxStore } from './outbox-store.ts';
import { PRIORITY } from './send-activity.ts';

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 6 * 3600_000;
const HELD_MS = 3600_000;
const ASK_AGAIN_MS = 3600_000;
/** What was too much for one minute does not all come at the beginning of the next. */
const SPREAD_MS = 30_000;
const CONTENT_TYPE = 'application/activity+json';

type Answer = { status: number; retryAfter?: number };
type Result =
  | { kind: 'done' }
  | { kind: 'later'; reason: string; after?: number }
  | { kind: 'gone'; reason: string }
  | { kind: 'dead'; reason: string };

export function createDeliver(deps: {
  config: Config;
  apis: Apis;
  store: OutboxStore;
  http: SafeHttp;
  queues: Queues;
  circuits: Circuits;
  rate: DeliveryRate;
  traffic: HostTraffic;
  askInTurn: AskInTurn;
  clock: Clock;
  random: () => number;
  log: Log;
  letGoWhenSlow: LetGoWhenSlow;
}) {
  const { apis, store, http, circuits, askInTurn, clock, log } = deps;
  const { delivery_timeout_seconds, delivery_give_up_days } = deps.config.federation;
  /** Inboxes that answered 410 and were asked about; kept where somebody there still lives. */
  const asked = createBoundedCache<string, Promise<boolean>>(10_000, { ttl: ASK_AGAIN_MS });

  return async function deliver(ids: string[]): Promise<void> {
    const waiting = await store.waiting(ids);
    const stored = await store.activitiesOf([
      ...new Set(waiting.map((delivery) => delivery.activity)),
    ]);
    const bodies = new Map(stored.map((activity) => [activity._id, Buffer.from(activity.json)]));
    await deps.letGoWhenSlow.run(
      waiting.map((delivery) => deliverOne(delivery, bodies.get(delivery.activity))),
    );
  };

  async function deliverOne(delivery: Delivery, body: Buffer | undefined): Promise<void> {
    if (!body)
      return finish(delivery, { kind: 'dead', reason: 'the activity is no longer stored' });
    if (!permits(delivery)) return finish(delivery, { kind: 'done' });
    if (isHeld(delivery)) return hold(delivery);
    const closedAt = circuits.closedAt(delivery.host);
    if (closedAt > 0)
      return postpone(delivery, closedAt + deps.random() * 1000, 'the host does not answer');
    const nextMinute = await deps.rate.take(delivery.host);
    // Messages between people are few, and do not wait behind what goes to everybody.
    if (nextMinute > 0 && !delivery.urgent)
      return postpone(delivery, nextMinute + deps.random() * SPREAD_MS, 'it gets no more a minute');
    await finish(delivery, await circuits.within(delivery.host, () => attempt(delivery, body)));
  }

  /** Agreement traffic goes to hosts that are no partners (yet, or any more). */
  function permits({ host, agreement, scope, group }: Delivery): boolean {
    if (apis.policy.allows(host, scope, group)) return true;
    return agreement === true && apis.policy.allowsAgreement(host);
  }

  /** What an admin decides about a paused partner goes out; what waited from before does not. */
  function isHeld({ host, agreement, firstAt }: Delivery): boolean {
    const since = apis.policy.pausedSince(host);
    return since !== null && !(agreement === true && firstAt >= since);
  }

  /** Without a job: resuming releases it, and else it is looked at again in an hour. */
  async function hold({ _id }: Delivery): Promise<void> {
    await store.change({
      id: _id,
      set: { nextAt: clock.now() + HELD_MS, lastError: 'paused by us' },
    });
  }

  async function attempt(delivery: Delivery, body: Buffer): Promise<Result> {
    const started = performance.now();
    const result = await tryOnce(delivery, body);
    if (result.kind === 'done')
      deps.traffic.count(delivery.host, 'delivered', performance.now() - started);
    else deps.traffic.count(delivery.host, 'failed');
    return result;
  }

  async function tryOnce(delivery: Delivery, body: Buffer): Promise<Result> {
    try {
      const answer = await askInTurn(delivery, (signer) => post(delivery, body, signer));
      // An answer, even a refusal, is a sign of life.
      if (answer.status < 500) circuits.succeeded(delivery.host);
      else circuits.failed(delivery.host);
      return judge(answer);
    } catch (error) {
      if (!(error instanceof SafeHttpError)) throw error;
      circuits.failed(delivery.host);
      return { kind: 'later', reason: error.reason };
    }
  }

  async function post(delivery: Delivery, body: Buffer, { scheme, key }: Signer): Promise<Answer> {
    const synchronization = delivery.synchronizes ? await synchronizationOf(delivery) : null;
    const headers = signRequest({
      method: 'POST',
      url: delivery.inbox,
      body,
      keyId: key.id,
      privateKey: key.key,
      now: clock.now(),
      scheme,
      extraHeaders: {
        'content-type': CONTENT_TYPE,
        ...(synchronization && { [SYNCHRONIZATION_HEADER]: synchronization }),
      },
    });
    const response = await http.post(delivery.inbox, {
      headers: { 'content-type': CONTENT_TYPE, ...headers },
      body,
      timeoutMs: delivery_timeout_seconds * 1000,
    });
    const retryAfter = Number(response.headers['retry-after']);
    return {
      status: response.status,
      ...(Number.isFinite(retryAfter) && { retryAfter: retryAfter * 1000 }),
    };
  }

  async function synchronizationOf({ actor, host }: Delivery): Promise<string | null> {
    const ofGroup = await apis.groups.synchronization(actor, host);
    return ofGroup ?? apis.relations.synchronization(actor, host);
  }

  async function finish(delivery: Delivery, result: Result): Promise<void> {
    const { _id, activity, host, attempts } = delivery;
    if (result.kind === 'done') return store.remove(_id);
    log.info(
      { activity, host, attempts: attempts + 1, result: result.kind, reason: result.reason },
      'delivery not made',
    );
    if (result.kind === 'gone' && (await isDeserted(delivery.inbox))) return store.remove(_id);
    if (result.kind !== 'later' || expired(delivery))
      return store.bury({ ...delivery, attempts: attempts + 1 }, result.reason);
    const pause = Math.max(backoff(attempts), Math.min(result.after ?? 0, LONGEST_RETRY_MS));
    await postpone({ ...delivery, attempts: attempts + 1 }, clock.now() + pause, result.reason);
  }

  /** Whether all whose inbox it was are gone by the word of their server; asked once in a while. */
  async function isDeserted(inbox: string): Promise<boolean> {
    const asking = asked.get(inbox) ?? apis.accounts.buryRecipients(inbox);
    asked.set(inbox, asking);
    try {
      const isDeserted = await asking;
      if (isDeserted) asked.delete(inbox);
      return isDeserted;
    } catch (error) {
      log.warn({ err: error, inbox }, 'who had this inbox could not be looked up');
      return false;
    }
  }

  function expired(delivery: Delivery): boolean {
    return clock.now() - delivery.firstAt > delivery_give_up_days * 24 * 3600_000;
  }

  function backoff(attempts: number): number {
    const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 3 ** attempts);
    return pause * (0.75 + deps.random() / 2);
  }

  async function postpone(delivery: Delivery, nextAt: number, lastError: string): Promise<void> {
    const { _id, attempts, urgent } = delivery;
    await store.change({ id: _id, set: { attempts, nextAt, lastError } });
    const priority = urgent ? PRIORITY.urgent : PRIORITY.usual;
    await deps.queues.add(
      'deliver',
      { ids: [_id] },
      { delay: Math.max(0, nextAt - clock.now()), priority },
    );
  }
}

function judge({ status, retryAfter }: Answer): Result {
  if (status >= 200 && status < 300) return { kind: 'done' };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return {
      kind: 'later',
      reason: `status ${status}`,
      ...(retryAfter !== undefined && { after: retryAfter }),
    };
  }
  return { kind: status === 410 ? 'gone' : 'dead', reason: `status ${status}` };
}
