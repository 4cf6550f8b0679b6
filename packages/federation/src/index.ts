export {
  ACTOR_TOKEN_SCHEME,
  type ActorToken,
  actorTokenHolds,
  createActorToken,
  readActorToken,
} from './actor-token.ts';
export { type AddressPolicy, createAddressPolicy } from './address-policy.ts';
export { type Addressing, addressing, PUBLIC } from './addressing.ts';
export { type ApexKit, createApexKit } from './apex/apex-kit.ts';
export type { EventFacts } from './build-event.ts';
export { buildNote, type NoteFacts, type PollFacts } from './build-note.ts';
export { keepsClosedGroups, OUR_CAPABILITIES, readCapabilities } from './capabilities.ts';
export {
  collectionDigest,
  readSynchronization,
  SYNCHRONIZATION_HEADER,
  type Synchronization,
  writeSynchronization,
} from './collection-synchronization.ts';
export {
  hostMeta,
  JRD_TYPE,
  nodeinfoDocument,
  nodeinfoIndex,
  readWebfinger,
  resourceHost,
  webfingerDocument,
} from './discovery.ts';
export { type EmojiFacts, emojiTag } from './emoji-tag.ts';
export { type Guarded, guardActivity } from './guard.ts';
export { type GuardedFetch, guardFetched, isActivityType } from './guard-fetched.ts';
export { canonicalise } from './jcs.ts';
export { isObject, type JsonObject } from './json.ts';
export {
  generateEd25519Keys,
  generateRsaKeys,
  type RsaKeys,
  readMultibase,
  readPublicPem,
  toMultibase,
} from './keys.ts';
export { LIMITS } from './limits.ts';
export { mentionedHandles, type RenderedMarkdown, renderMarkdown } from './markdown.ts';
export { BADGES, type Badge, type PraiseFacts } from './praise.ts';
export { createProof, type ProofVerdict, verifyProof } from './proofs.ts';
export {
  buildQuoteAuthorization,
  type QuoteFacts,
  type QuoteGroups,
  readQuoteAuthorization,
  readQuotePolicy,
} from './quote.ts';
export { createDocumentReader, type ReadResult, readActivity } from './read-activity.ts';
export { type RemoteActor, readActor } from './read-actor.ts';
export { type CollectionPart, readCollection } from './read-collection.ts';
export type { JoinMode, RemoteEvent } from './read-event.ts';
export { type RemoteAttachment, type RemoteNote, readNote } from './read-note.ts';
export type { RemotePoll } from './read-poll.ts';
export {
  createSafeHttp,
  type SafeHttp,
  type SafeResponse,
} from './safe-http.ts';
export { SafeHttpError, type SafeHttpReason } from './safe-http-error.ts';
export { escapeHtml, htmlToText, sanitizeRemoteHtml } from './sanitize-html.ts';
export { type SignRequest, signRequest } from './sign-request.ts';
export { TALK_CHANGES, type TalkChange, type TalkFacts } from './talk.ts';
export { asList, objectId, objectIds } from './values.ts';
export {
  type FindKey,
  type RefusedSignature,
  SIGNATURE_FUTURE_MS,
  SIGNATURE_PAST_MS,
  type SignatureVerdict,
  type SignedRequest,
  type VerificationKey,
  verifyRequest,
} from './verify-request.ts';
export {
  ACTOR_CONTEXT,
  type ActivityFacts,
  type ActorFacts,
  buildActivityDocument,
  buildActor,
  buildTombstone,
  NOTE_CONTEXT,
  withContext,
} from './vocabulary.ts';
