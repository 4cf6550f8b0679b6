export type SafeHttpReason =
  | 'address_refused'
  | 'scheme_refused'
  | 'port_refused'
  | 'not_an_address'
  | 'too_many_redirects'
  | 'redirect_refused'
  | 'too_large'
  | 'encoding_refused'
  | 'timeout'
  | 'network'
  | 'not_found_in_dns';

/** A request that was not made or not finished. `reason` is safe to store and show. */
export class SafeHttpError extends Error {
  readonly reason: SafeHttpReason;
  constructor(reason: SafeHttpReason, options: { cause?: unknown } = {}) {
    super(`the request was not made or not finished: ${reason}`, options);
    this.name = 'SafeHttpError';
    this.reason = reason;
  }
}
