export { ERROR_CODES, type ErrorBody, type ErrorCode } from './errors.ts';
export { createIds, idFloor, idTime, isId } from './ids.ts';
export { iriHost, normaliseHost, parseIri, sameIri, sameOrigin, withoutFragment } from './iri.ts';
export { CHARACTERS_PER_URL, postLength } from './post-length.ts';
