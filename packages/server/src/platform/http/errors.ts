/** Expected failures become one JSON shape; everything else is a logged 500. */
import type { ErrorBody, ErrorCode } from '@mitoyen/protocol';
import type { Context, Next } from 'koa';
import { AppError } from '../app-error.ts';
import { BlobsError } from '../blobs.ts';
import type { Log } from '../log.ts';
import { tellLimit } from './tell-limit.ts';

const STATUS: Record<ErrorCode, number> = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  gone: 410,
  conflict: 409,
  too_large: 413,
  unsupported_media: 415,
  invalid: 422,
  rate_limited: 429,
  remote_failed: 502,
  unavailable: 503,
};

const AGAIN_SECONDS = 10;

/** The HTTP status of an error code. */
export function statusOf(code: ErrorCode): number {
  return STATUS[code];
}

/** The body shown for an error: Mastodon's shape, with every field's problems under `details`. */
export function errorBody(error: AppError): ErrorBody {
  if (error.problems.length === 0) return { error: error.message };
  const details: NonNullable<ErrorBody['details']> = {};
  for (const { field, code, message } of error.problems) {
    details[field] = [...(details[field] ?? []), { error: code, description: message }];
  }
  return { error: error.message, details };
}

export function createErrorHandler(deps: { log: Log }) {
  return async function handleErrors(ctx: Context, next: Next): Promise<void> {
    try {
      await next();
      if (ctx.status === 404 && ctx.body == null) {
        ctx.status = 404;
        ctx.body = { error: 'Not found' } satisfies ErrorBody;
      }
    } catch (error) {
      const expected = asExpected(error, ctx, deps.log);
      if (expected) answer(ctx, statusOf(expected.code), expected);
      else {
        const { requestId } = ctx.state;
        deps.log.error(
          { err: error, requestId, method: ctx.method, path: ctx.path },
          'request failed',
        );
        answer(
          ctx,
          500,
          new AppError('unavailable', `Something went wrong here; it is logged as ${requestId}`),
        );
      }
    }
  };
}

function answer(ctx: Context, status: number, error: AppError): void {
  ctx.status = status;
  if (error.retryAfterSeconds !== undefined)
    ctx.set('Retry-After', String(error.retryAfterSeconds));
  if (error.reached) tellLimit(ctx, { ...error.reached, remaining: 0 });
  if (error.code === 'unauthenticated' || error.bearer)
    ctx.set('WWW-Authenticate', challengeOf(error));
  ctx.set('Cache-Control', 'no-store');
  ctx.body = errorBody(error);
}

/** How to come in, and where a token was sent what is wrong with it (RFC 6750, 3). */
function challengeOf({ bearer }: AppError): string {
  const { error, scope } = bearer ?? {};
  return [
    'Bearer realm="Mitoyen"',
    ...(error ? [`error="${error}"`] : []),
    ...(scope ? [`scope="${scope}"`] : []),
  ].join(', ');
}

/** The failure as an expected one, or null where it is a fault of ours. */
function asExpected(error: unknown, ctx: Context, log: Log): AppError | null {
  if (error instanceof AppError) {
    if (error.cause)
      log.info(
        { err: error.cause, requestId: ctx.state.requestId, code: error.code },
        'request refused',
      );
    return error;
  }
  if (error instanceof BlobsError) {
    log.error({ err: error, requestId: ctx.state.requestId }, 'the storage of files failed');
    return new AppError('unavailable', 'Files cannot be reached now; try again soon', {
      retryAfterSeconds: AGAIN_SECONDS,
    });
  }
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status !== 'number' || status < 400 || status >= 500) return null;
  return new AppError(
    status === 404 ? 'not_found' : 'bad_request',
    'The request cannot be understood',
  );
}
