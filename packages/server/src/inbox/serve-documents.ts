/**
 * ActivityPub GETs at our own ids. In `closed` and `partners` mode the asking server must sign
 * (authorized fetch); which document it may see is the feature's decision, and "not yours"
 * answers as "not there".
 */
import type Router from '@koa/router';
import { verifyRequest } from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import type { Context, Next } from 'koa';
import type { Apis } from '../apis.ts';
import { AppError, notFound } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type {
  DocumentHandler,
  DocumentOptions,
  DocumentReply,
  Endpoints,
  Peer,
} from '../platform/http/endpoints.ts';
import { plainHeaders, refuseWhilePaused } from './accept-activity.ts';
import type { RemoteKeys } from './remote-keys.ts';
import type { ReplayCache } from './replay-cache.ts';
import type { UnsignedLimit } from './unsigned-limit.ts';

export const ACTIVITY_JSON = 'application/activity+json; charset=utf-8';
const MOST_AUTHORIZATION = 8192;
const WANTS_ACTIVITY = /application\/(activity\+json|ld\+json)/i;

export function createServeDocuments(deps: {
  router: Router;
  apis: Apis;
  keys: RemoteKeys;
  replays: ReplayCache;
  unsigned: UnsignedLimit;
  clock: Clock;
  ownHost: string;
}): Endpoints['document'] {
  const { router, apis } = deps;

  return function document(path, handler, options = {}) {
    router.get(path, async (ctx: Context, next: Next) => {
      if (!options.anyType && !WANTS_ACTIVITY.test(ctx.get('accept'))) return next();
      if (apis.policy.mode() === 'closed') throw notFound();
      // To check a signature here may need the key that the asker is asking us to check its own with.
      const peer = options.public ? null : await findPeer(ctx, options);
      if (!peer && !options.public && apis.policy.mode() !== 'open') {
        throw new AppError('unauthenticated', 'Sign the request with the key of a partner');
      }
      reply(ctx, await handler(request(ctx, peer)));
    });
  };

  function request(ctx: Context, peer: Peer | null): Parameters<DocumentHandler>[0] {
    const { params } = ctx as Context & { params: Record<string, string> };
    return { params, query: new URLSearchParams(ctx.querystring), peer, ctx };
  }

  /** Null for an unsigned request; a signature that does not hold is refused, never ignored. */
  async function findPeer(ctx: Context, options: DocumentOptions): Promise<Peer | null> {
    const signature = `${ctx.get('signature')} ${ctx.get('signature-input')}`;
    const keyId = /keyid="([^"]{1,2048})"/i.exec(signature)?.[1];
    if (keyId === undefined) return null;
    const claimed = hostOf(keyId);
    if (claimed === null) return null;
    const isPartner = apis.policy.allows(claimed);
    if (!isPartner && !apis.policy.allowsAgreement(claimed)) {
      await apis.policy.knock(claimed);
      return null;
    }
    // A host that was only offered an agreement, or whose agreement ended, sees agreements alone.
    if (!isPartner && !options.agreement) return null;
    refuseWhilePaused(apis.policy.pausedSince(claimed));
    deps.unsigned.admit(ctx.state.clientIp);
    const verdict = await verifyRequest({
      method: 'GET',
      target: ctx.req.url ?? '/',
      headers: plainHeaders(ctx),
      rawBody: Buffer.alloc(0),
      now: deps.clock.now(),
      allowedHosts: [deps.ownHost],
      findKey: deps.keys.find,
    });
    if (!verdict.ok) {
      deps.unsigned.refused(ctx.state.clientIp);
      throw new AppError('unauthenticated', `The signature is not accepted: ${verdict.reason}`);
    }
    // Two headers may name two hosts: what was judged above is the one that has signed.
    if (iriHost(verdict.actor) !== claimed)
      throw new AppError('unauthenticated', 'The signature is not accepted: key_host');
    if (!(await deps.replays.mayRead(claimed, verdict.signature)))
      throw new AppError('unauthenticated', 'The signature is not accepted: replayed');
    const authorization = ctx.get('authorization').slice(0, MOST_AUTHORIZATION);
    return {
      host: iriHost(verdict.actor),
      actor: verdict.actor,
      ...(authorization && { authorization }),
    };
  }
}

function hostOf(keyId: string): string | null {
  try {
    return iriHost(keyId);
  } catch {
    return null;
  }
}

function reply(ctx: Context, answer: DocumentReply): void {
  if (answer === null) throw notFound();
  if (answer.kind === 'sent') return;
  ctx.set('Vary', 'Accept, Signature');
  ctx.set('Cache-Control', 'private, no-store');
  if (answer.kind === 'see') {
    ctx.redirect(answer.location);
    return;
  }
  ctx.status = answer.kind === 'gone' ? 410 : 200;
  ctx.type = ACTIVITY_JSON;
  ctx.body = textOf(answer.json);
}

/** Documents with proofs are kept, and asked for many times: each is written down once. */
const texts = new WeakMap<object, string>();

function textOf(json: object): string {
  const known = texts.get(json);
  if (known !== undefined) return known;
  const text = JSON.stringify(json);
  texts.set(json, text);
  return text;
}
