import type { ErrorCode } from '@mitoyen/protocol';

/** What is wrong with one field of a request: shown to the caller. */
export type FieldProblem = { field: string; code: string; message: string };

/**
 * An expected failure. Knows nothing of HTTP: `platform/http` gives each code its status.
 * `message` is safe to show; what only an admin may see goes into `cause`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly problems: FieldProblem[];
  readonly retryAfterSeconds: number | undefined;
  /** The limit that was reached, and when it starts anew (milliseconds). */
  readonly reached: { limit: number; resetAt: number } | undefined;
  /** What was wrong with the token, in the words of RFC 6750, 3.1. */
  readonly bearer: { error: 'invalid_token' | 'insufficient_scope'; scope?: string } | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      cause?: unknown;
      problems?: FieldProblem[];
      retryAfterSeconds?: number;
      reached?: { limit: number; resetAt: number };
      bearer?: AppError['bearer'];
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.problems = options.problems ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.reached = options.reached;
    this.bearer = options.bearer;
  }
}

/** The same answer for "not there" and "not yours", so that neither can be told from the other. */
export function notFound(): AppError {
  return new AppError('not_found', 'Record not found');
}

/** A request that was understood and cannot be carried out, with every problem at once. */
export function invalid(...problems: FieldProblem[]): AppError {
  const text = problems.map((problem) => `${problem.field} ${problem.message}`).join('; ');
  return new AppError('invalid', `Validation failed: ${text}`, { problems });
}

export function forbidden(message = 'This action is not allowed'): AppError {
  return new AppError('forbidden', message);
}
