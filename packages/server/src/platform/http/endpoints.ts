/**
 * How routes are declared. Every API route reads the same way: authenticate, validate,
 * authorize, act, present. The declarations are also what the API reference is made from.
 */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import type { Account } from '../../features/accounts/account.ts';
import { AppError, type FieldProblem, invalid } from '../app-error.ts';
import type { UploadedFile } from './body.ts';
import { NO_BODY, readBody } from './body.ts';
import { linkHeader, Page } from './pages.ts';
import { problemOf } from './problem-of.ts';

/** Who asks. `account` is null for an app's own token (client credentials). */
export type Auth = { tokenId: string; appId: string; scopes: string[]; account: Account | null };

/** The app of browser sessions: our own web client, which says what it means in our own words. */
export const WEB_CLIENT = 'browser';

/** `member`: a signed-in person; `app`: any valid token; `optional`: a person or nobody; `none`. */
export type AuthNeed = 'member' | 'app' | 'optional' | 'none';

export type EndpointSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  summary: string;
  auth: AuthNeed;
  /** OAuth scope, e.g. `read:statuses`; a parent scope (`read`) includes it. */
  scope?: string;
  params?: P;
  query?: Q;
  body?: B;
  /**
   * Rules that the schema cannot say, of a body as it came: told beside what the schema finds, so
   * that nobody mends one problem to learn of the next. Where the schema finds none, whoever acts
   * checks them.
   */
  rules?: (body: Record<string, unknown>) => FieldProblem[];
  /** Most bytes of one uploaded file; absent: no files taken. */
  maxFileBytes?: () => number;
  /** Names of the parts of a form that are files. */
  files?: string[];
  /** Further answers that are no errors, with what they say. */
  alsoStatus?: Record<number, string>;
  /** What the body is and what it answers with, where that is no JSON. */
  bodyType?: string;
  answerType?: string;
  /** Headers of its own, with what they say. */
  headers?: { takes?: Record<string, string>; gives?: Record<string, string> };
  /** Refusals that no other endpoint has. */
  errors?: Record<number, string>;
  /** Reads `Idempotency-Key`. */
  idempotent?: boolean;
  /** The handler reads the body itself, from `ctx.req`. */
  rawBody?: boolean;
  status?: number;
  /** Is in the audit log also where it changes nothing: what admins take out of the house. */
  audited?: boolean;
};

export type EndpointRequest<P, Q, B, A extends Account | null> = {
  auth: Auth | null;
  account: A;
  params: P;
  query: Q;
  body: B;
  files: Record<string, UploadedFile>;
  ip: string;
  ctx: Context;
};

export type Endpoints = {
  define: {
    <
      P extends z.ZodType = z.ZodType<Record<string, string>>,
      Q extends z.ZodType = z.ZodType<Record<string, unknown>>,
      B extends z.ZodType = z.ZodType<Record<string, unknown>>,
    >(
      spec: EndpointSpec<P, Q, B> & { auth: 'member' },
      handler: (
        request: EndpointRequest<z.output<P>, z.output<Q>, z.output<B>, Account>,
      ) => Promise<unknown>,
    ): void;
    <
      P extends z.ZodType = z.ZodType<Record<string, string>>,
      Q extends z.ZodType = z.ZodType<Record<string, unknown>>,
      B extends z.ZodType = z.ZodType<Record<string, unknown>>,
    >(
      spec: EndpointSpec<P, Q, B> & { auth: 'app' | 'optional' | 'none' },
      handler: (
        request: EndpointRequest<z.output<P>, z.output<Q>, z.output<B>, Account | null>,
      ) => Promise<unknown>,
    ): void;
  };
  /** ActivityPub documents at our own ids: see inbox/serve-documents.ts. */
  document: (path: string, handler: DocumentHandler, options?: DocumentOptions) => void;
  /** For pages and documents that are not the API. */
  router: Router;
};

/** `public`: answered to unsigned requests in `partners` mode too (the instance actor). */
export type DocumentOptions = {
  public?: boolean;
  /** Answered whatever `Accept` says: not an ActivityPub document. */
  anyType?: boolean;
  /** Also for hosts that may exchange agreements with us but nothing else (yet, or any more). */
  agreement?: boolean;
};

/** Who asks for a document: the server whose actor signed the request. */
export type Peer = {
  host: string;
  actor: string;
  /** What it brings beside its signature: a group's token (FEP-db0e). */
  authorization?: string;
};

export type DocumentReply =
  | { kind: 'ok'; json: object; cacheSeconds?: number }
  | { kind: 'gone'; json: object }
  | { kind: 'see'; location: string }
  /** The handler has answered by itself: a file. */
  | { kind: 'sent' }
  | null;

/**
 * Answers an ActivityPub GET. In `closed` and `partners` mode `peer` is never null except for
 * paths that are public by nature (`publicDocument`). `null` becomes 404.
 */
export type DocumentHandler = (request: {
  params: Record<string, string>;
  query: URLSearchParams;
  peer: Peer | null;
  ctx: Context;
}) => Promise<DocumentReply>;

export type EndpointRecord = { spec: EndpointSpec<z.ZodType, z.ZodType, z.ZodType> };

/** Makes `define` over a Koa router. `authenticate` finds the token's bearer; `limit` counts API requests. */
export function createEndpoints(deps: {
  router: Router;
  authenticate: (ctx: Context) => Promise<Auth | null>;
  limit: (ctx: Context, auth: Auth | null) => Promise<void>;
  document: Endpoints['document'];
  records: EndpointRecord[];
  /** Hears of what admins did, once it is done. */
  audit: (act: AdminAct) => Promise<void>;
}): Endpoints {
  const { router } = deps;

  function define(
    spec: EndpointSpec<z.ZodType, z.ZodType, z.ZodType>,
    handler: (request: EndpointRequest<never, never, never, never>) => Promise<unknown>,
  ): void {
    deps.records.push({ spec });
    router[spec.method](spec.path, async (ctx: Context) => {
      const auth = spec.auth === 'none' ? null : await deps.authenticate(ctx);
      await deps.limit(ctx, auth);
      authorizeScope(spec, auth);
      const { params } = ctx as Context & { params: Record<string, string> };
      const { fields, files, discard } = spec.rawBody
        ? NO_BODY
        : await readBody(ctx, { maxFileBytes: spec.maxFileBytes?.() ?? 0 });
      try {
        const request = {
          auth,
          account: auth?.account ?? null,
          ...validate(spec, { params, query: ctx.state.query ?? {}, body: fields }),
          files,
          ip: ctx.state.clientIp as string,
          ctx,
        };
        const result = await handler(request as never);
        if (isAdminAct(spec) && request.account) await deps.audit({ ...request, spec });
        send(ctx, result, spec.status ?? 200);
      } finally {
        await discard();
      }
    });
  }

  return { define: define as Endpoints['define'], document: deps.document, router };
}

const NO_TOKEN = 'This needs an access token, sent as "Authorization: Bearer ..."';

function authorizeScope(
  spec: EndpointSpec<z.ZodType, z.ZodType, z.ZodType>,
  auth: Auth | null,
): void {
  if ((spec.auth === 'member' || spec.auth === 'app') && !auth)
    throw new AppError('unauthenticated', NO_TOKEN);
  if (spec.auth === 'member' && !auth?.account)
    throw new AppError('unauthenticated', 'This needs a person, and the token is an app’s own');
  if (auth && spec.scope && !hasScope(auth.scopes, spec.scope)) {
    throw new AppError(
      'forbidden',
      `This action is outside the authorized scopes: it needs ${spec.scope}`,
      { bearer: { error: 'insufficient_scope', scope: spec.scope } },
    );
  }
  // Before anything is read or validated; what is for admins alone says so itself.
  if (spec.scope?.startsWith('admin:') && !isStaff(auth?.account))
    throw new AppError('forbidden', 'Only moderators and admins may do this');
}

/** What an admin or moderator did over the API. */
export type AdminAct = {
  spec: { method: string; path: string };
  account: Account | null;
  params: unknown;
  body: unknown;
};

function isAdminAct({ scope, audited }: { scope?: string; audited?: boolean }): boolean {
  return audited === true || scope?.startsWith('admin:write') === true;
}

function isStaff(account: Account | null | undefined): boolean {
  return account?.role === 'admin' || account?.role === 'moderator';
}

/** Whether granted scopes include the wanted one (`read` includes `read:statuses`; `follow` its old parts). */
export function hasScope(granted: string[], wanted: string): boolean {
  // `read` of `read:statuses`, `admin:read` of `admin:read:reports`.
  const parent = wanted.includes(':') ? wanted.slice(0, wanted.lastIndexOf(':')) : wanted;
  const byFollow =
    /^(read|write):(follows|blocks|mutes)$/.test(wanted) && granted.includes('follow');
  return granted.includes(wanted) || granted.includes(parent) || byFollow;
}

type Parts = Record<'params' | 'query' | 'body', unknown>;

/** What is asked for, as the schemas make it; every problem of all its parts at once. */
function validate(spec: EndpointSpec<z.ZodType, z.ZodType, z.ZodType>, given: Parts): Parts {
  const problems: FieldProblem[] = [];
  const read = (part: keyof Parts): unknown => {
    const parsed = spec[part]?.safeParse(given[part]);
    if (parsed?.success === false)
      problems.push(...parsed.error.issues.map((issue) => problemOf(issue, given[part])));
    return parsed ? parsed.data : given[part];
  };
  const parts = { params: read('params'), query: read('query'), body: read('body') };
  if (problems.length === 0) return parts;
  const named = new Set(problems.map(({ field }) => field));
  const more = spec.rules?.(given.body as Record<string, unknown>) ?? [];
  throw invalid(...problems, ...more.filter(({ field }) => !named.has(field)));
}

function send(ctx: Context, result: unknown, status: number): void {
  if (ctx.headerSent || ctx.respond === false || ctx.body != null) return;
  if (ctx.status === 404) ctx.status = status;
  ctx.set('Cache-Control', 'private, no-store');
  if (result instanceof Page) {
    const link = linkHeader(ctx, result);
    if (link) ctx.set('Link', link);
    ctx.body = result.items;
  } else {
    ctx.body = result ?? {};
  }
}

/** Form and JSON booleans: true, "true", "1", 1, "on". */
export const flag = z.preprocess(
  (value) =>
    typeof value === 'string' || typeof value === 'number'
      ? ['true', '1', 'on', 't', 'yes'].includes(String(value).toLowerCase())
      : value,
  z.boolean(),
);
