/**
 * The error codes that use cases throw and the API answers. Which HTTP status a code
 * has is decided in the server's `platform/http`, not here.
 */
export const ERROR_CODES = [
  'bad_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'gone',
  'conflict',
  'too_large',
  'unsupported_media',
  'invalid',
  'rate_limited',
  'remote_failed',
  'unavailable',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One JSON shape for every error (Mastodon's, with the fields named under `details`). */
export type ErrorBody = {
  error: string;
  error_description?: string;
  details?: Record<string, { error: string; description: string }[]>;
};
