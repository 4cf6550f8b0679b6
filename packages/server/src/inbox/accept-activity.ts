/**
 * POST to an inbox. Everything that can be judged without work is judged here, on the raw
 * bytes; then one durable write, 202, and a job. Nothing is acted upon.
 */
import { createHash } from 'node:crypto';
import {
  type JsonObject,
  type SignatureVerdict,
  SYNCHRONIZATION_HEADER,
  verifyRequest,
} from '@mitoyen/federation';
import { iriHost, parseIri } from '@mitoyen/protocol';
import type { Context } from 'koa';
import type { Apis } from '../apis.ts';
import type { Config } from '../config-schema.ts';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { HostTraffic } from '../platform/host-traffic.ts';
import { readBytes } from '../platform/http/body.ts';
import type { Log } from '../platform/log.ts';
import type { Backlog } from './backlog.ts';
import { readDocument } from './read-document.ts';
import type { Receipt, ReceiptStore } from './receipt-store.ts';
import type { RemoteKeys } from './remote-keys.ts';
import type { ReplayCache } from './replay-cache.ts';
import type { UnsignedLimit } from './unsigned-limit.ts';

const PAUSED_RETRY_SECONDS = 120;
const MAX_BODY = 1_048_576;
const MOST_SYNCHRONIZATION = 4096;
const ACTIVITY_TYPE = /^application\/(activity\+json|ld\+json|json)\s*(;|$)/i;

type AcceptedSignature = Extract<SignatureVerdict, { ok: true }>;

export function createAcceptActivity(deps: {
  config: Config;
  ownHost: string;
  apis: Apis;
  keys: RemoteKeys;
  replays: ReplayCache;
  receipts: ReceiptStore;
  backlog: Backlog;
  unsigned: UnsignedLimit;
  clock: Clock;
  log: Log;
  enqueue: (receipt: Receipt) => void;
  traffic: HostTraffic;
  heardFrom: (host: string) => void;
}) {
  const { apis, keys, replays, receipts, backlog, unsigned, clock, log } = deps;

  return async function acceptActivity(ctx: Context): Promise<void> {
    if (apis.policy.mode() === 'closed') throw new AppError('not_found', 'Not found');
    if (!ACTIVITY_TYPE.test(ctx.get('content-type'))) {
      throw new AppError('unsupported_media', 'Send application/activity+json');
    }
    unsigned.admit(ctx.state.clientIp);
    const { host, rawBody, signed } = await identify(ctx);
    const { actor: signer, signature, covered } = signed;
    backlog.charge(host, rawBody.length);

    const read = await readDocument(rawBody);
    if (read.kind === 'refused')
      throw new AppError('bad_request', `The activity cannot be read: ${read.reason}`);
    const id = `${host} ${activityId(read.activity, rawBody)}`;
    if (await replays.wasUsed(host, signature)) return acceptAgain(ctx, id);
    const synchronization = ctx.get(SYNCHRONIZATION_HEADER).slice(0, MOST_SYNCHRONIZATION);
    const receipt: Receipt = {
      _id: id,
      state: 'new',
      host,
      signer,
      body: rawBody.toString('utf8'),
      ...(synchronization && covered.includes(SYNCHRONIZATION_HEADER) && { synchronization }),
      attempts: 0,
      at: clock.now(),
    };
    const isNew = await receipts.insert(receipt);
    if (isNew) {
      backlog.added(host);
      deps.enqueue(receipt);
    }
    replays.markUsed(host, signature);
    deps.traffic.count(host, 'received');
    deps.heardFrom(host);
    log.debug({ requestId: ctx.state.requestId, activity: id, signer, isNew }, 'activity accepted');
    ctx.status = 202;
    ctx.body = {};
  };

  /** Until here anybody may have sent it: what comes to nothing counts against the address. */
  async function identify(
    ctx: Context,
  ): Promise<{ host: string; rawBody: Buffer; signed: AcceptedSignature }> {
    try {
      const host = claimedHost(ctx);
      await admit(host);
      const rawBody = await readBytes(ctx, MAX_BODY);
      const signed = await verify(ctx, rawBody, host);
      if (iriHost(signed.actor) !== host) throw unauthenticated('key_host');
      return { host, rawBody, signed };
    } catch (error) {
      if (!isAboutUs(error)) unsigned.refused(ctx.state.clientIp);
      throw error;
    }
  }

  /**
   * The very same request: its sender did not get our answer, or somebody plays it back. The
   * first is told what it was told; what we have dropped since (an agreement ended) stays so.
   */
  async function acceptAgain(ctx: Context, id: string): Promise<void> {
    if (!(await receipts.has(id))) throw unauthenticated('replayed');
    ctx.status = 202;
    ctx.body = {};
  }

  async function admit(host: string): Promise<void> {
    if (!apis.policy.allows(host) && !apis.policy.allowsAgreement(host)) {
      await apis.policy.knock(host);
      throw new AppError(
        'forbidden',
        'There is no agreement with this server; its admin has been told that you asked',
      );
    }
    refuseWhilePaused(apis.policy.pausedSince(host));
    await backlog.admit(host);
  }

  async function verify(ctx: Context, rawBody: Buffer, host: string): Promise<AcceptedSignature> {
    const verdict = await verifyRequest({
      method: 'POST',
      target: ctx.req.url ?? '/',
      headers: plainHeaders(ctx),
      rawBody,
      now: clock.now(),
      allowedHosts: [deps.ownHost],
      findKey: keys.find,
    });
    if (verdict.ok) return verdict;
    deps.traffic.count(host, 'refused');
    log.info({ requestId: ctx.state.requestId, reason: verdict.reason }, 'signature refused');
    throw unauthenticated(verdict.reason);
  }
}

/** Not refused for good: the other side keeps it and comes again. */
export function refuseWhilePaused(since: number | null): void {
  if (since === null) return;
  throw new AppError('unavailable', 'The exchange with your server is paused here; come again', {
    retryAfterSeconds: PAUSED_RETRY_SECONDS,
  });
}

/** Refused for the state that we are in, or for what the host has really sent. */
function isAboutUs(error: unknown): boolean {
  return !(error instanceof AppError) || ['unavailable', 'rate_limited'].includes(error.code);
}

function unauthenticated(reason: string): AppError {
  return new AppError('unauthenticated', `The signature is not accepted: ${reason}`);
}

/** The host that the signature claims to come from: decides about policy before anything is fetched. */
function claimedHost(ctx: Context): string {
  const header = `${ctx.get('signature')} ${ctx.get('signature-input')}`;
  const keyId = parseIri(/keyid="([^"]{1,2048})"/i.exec(header)?.[1]);
  if (keyId === null) throw unauthenticated('missing');
  return iriHost(keyId);
}

/** Headers by lower-case name; one that was sent twice counts as both values joined. */
export function plainHeaders(ctx: Context): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(ctx.req.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

/** The activity's id, or the hash of its bytes where it has none (some send Accept without). */
function activityId(activity: JsonObject, rawBody: Buffer): string {
  return (
    parseIri(activity.id) ?? `sha256:${createHash('sha256').update(rawBody).digest('base64url')}`
  );
}
