/** A service that cannot start: one sentence for the admin, no stack. */
export class ServiceError extends Error {
  override name = 'ServiceError';
}
