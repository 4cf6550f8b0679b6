/** Agreement <-> `mitoyen:Agreement`, and the activities about it: pure. */
import { asList, isObject, type JsonObject, NOTE_CONTEXT, objectId } from '@mitoyen/federation';
import { agreementSchema, type WireAgreement } from './agreement.ts';
import type { Agreement, Party } from './partners.ts';

const NAMESPACE = 'https://mitoyen.org/ns#';
/** An agreement is a page of text, not a book. */
const MOST_CHARACTERS = 65_536;

export function agreementIri(baseUrl: string, id: string): string {
  return `${baseUrl}/agreements/${id}`;
}

/** The agreement as its record holds it: without the document that is about to be made of it. */
export type Drafted = Omit<Agreement, 'document' | 'signatures' | 'digest'>;

/** The document that both sides sign. */
export function buildAgreement(agreement: Drafted): JsonObject {
  const author = agreement.offeredBy === 'us' ? agreement.us : agreement.them;
  const { mediaBytes, copyDays, copiesThen, copyLevel } = agreement.limits;
  return {
    '@context': NOTE_CONTEXT,
    id: agreement.iri,
    type: 'mitoyen:Agreement',
    attributedTo: author.actor,
    published: new Date(agreement.createdAt).toISOString(),
    'mitoyen:version': agreement.version,
    'mitoyen:purpose': agreement.purpose,
    'mitoyen:scopes': agreement.scopes,
    'mitoyen:groups': agreement.groups,
    ...(mediaBytes !== undefined && { 'mitoyen:mediaBytes': mediaBytes }),
    ...(copyDays !== undefined && { 'mitoyen:copyDays': copyDays }),
    'mitoyen:copiesThen': copiesThen,
    ...(copyLevel && { 'mitoyen:copyLevel': copyLevel }),
    ...(agreement.expiresAt !== undefined && {
      'mitoyen:expires': new Date(agreement.expiresAt).toISOString(),
    }),
    'mitoyen:parties': [agreement.us, agreement.them].map(buildParty),
  };
}

function buildParty(party: Party): JsonObject {
  return {
    'mitoyen:host': party.host,
    'mitoyen:actor': party.actor,
    'mitoyen:name': party.name,
    'mitoyen:publicKeyPem': party.publicKeyPem,
    'mitoyen:proofKey': party.proofKey,
  };
}

/** The document with every signature that it has: how it is offered and served. */
export function signedDocument({ document, signatures }: Agreement): JsonObject {
  const proofs = signatures.map(({ proof }) => JSON.parse(proof) as JsonObject);
  return { ...JSON.parse(document), proof: proofs.length === 1 ? proofs[0] : proofs };
}

/** What we have offered to one host. */
export function buildAgreementList(id: string, agreements: Agreement[]): JsonObject {
  return {
    '@context': NOTE_CONTEXT,
    id,
    type: 'OrderedCollection',
    totalItems: agreements.length,
    orderedItems: agreements.map(signedDocument),
  };
}

export type Answer = 'offer' | 'offer-again' | 'accept' | 'reject' | 'undo';

/** The id makes sending idempotent: one of each for an agreement. */
export function answerId(
  baseUrl: string,
  agreement: Pick<Agreement, '_id'>,
  answer: Answer,
): string {
  return `${agreementIri(baseUrl, agreement._id)}#${answer}`;
}

export function buildAnswer(
  baseUrl: string,
  agreement: Agreement,
  answer: Answer,
): JsonObject & { id: string } {
  const offer = answer === 'offer' || answer === 'offer-again';
  const type = offer
    ? 'Offer'
    : ({ accept: 'Accept', reject: 'Reject', undo: 'Undo' } as const)[answer];
  return {
    '@context': NOTE_CONTEXT,
    id: answerId(baseUrl, agreement, answer),
    type,
    actor: agreement.us.actor,
    to: [agreement.them.actor],
    object: objectOf(baseUrl, agreement, answer),
    'mitoyen:version': agreement.version,
    'mitoyen:digest': agreement.digest,
    ...(answer === 'accept' && { 'mitoyen:signature': ourProof(agreement) }),
    // Ending an agreement asks the other side to do with its copies of ours as the terms say.
    ...(answer === 'undo' && { 'mitoyen:deleteCopies': agreement.limits.copiesThen === 'purge' }),
    ...(answer === 'undo' && agreement.upTo !== undefined && { 'mitoyen:upTo': agreement.upTo }),
  };
}

function ourProof({ signatures }: Agreement): unknown {
  const ours = signatures.find(({ by }) => by === 'us');
  return ours && JSON.parse(ours.proof);
}

function objectOf(baseUrl: string, agreement: Agreement, answer: Answer): unknown {
  if (answer === 'offer' || answer === 'offer-again') return signedDocument(agreement);
  if (answer !== 'undo' || agreement.offeredBy === 'us') return agreement.iri;
  // Only what one did oneself can be undone (the origin guard): here, having accepted it.
  return {
    id: answerId(baseUrl, agreement, 'accept'),
    type: 'Accept',
    actor: agreement.us.actor,
    object: agreement.iri,
  };
}

/** The agreement that an Accept, Reject or Undo names. */
export function namedIri(activity: JsonObject): string | null {
  const { object } = activity;
  const accept = isObject(object) && object.type === 'Accept' ? object.object : object;
  return objectId(accept);
}

/** Says that the copies which an Undo asked to delete are deleted. */
export function buildAttestation(
  baseUrl: string,
  agreement: Agreement,
  undo: string,
  copies: { deleted: number; frozen: number },
): JsonObject & { id: string } {
  return {
    '@context': NOTE_CONTEXT,
    id: `${agreementIri(baseUrl, agreement._id)}#deleted`,
    type: 'Accept',
    actor: agreement.us.actor,
    to: [agreement.them.actor],
    object: undo,
    'mitoyen:deleted': copies.deleted,
    'mitoyen:frozen': copies.frozen,
  };
}

/** A term of ours, whether it came compact, as a full IRI or bare. */
export function term(json: JsonObject, name: string): unknown {
  return json[`mitoyen:${name}`] ?? json[`${NAMESPACE}${name}`] ?? json[name];
}

export function isAgreement(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const types = asList(value.type);
  return ['mitoyen:Agreement', `${NAMESPACE}Agreement`, 'Agreement'].some((one) =>
    types.includes(one),
  );
}

/** Reads the document strictly; the text says what is wrong with it. */
export function readAgreement(
  json: JsonObject,
): { kind: 'ok'; agreement: WireAgreement } | { kind: 'refused'; reason: string } {
  if (!isAgreement(json)) return { kind: 'refused', reason: 'it is no agreement' };
  if (JSON.stringify(json).length > MOST_CHARACTERS)
    return { kind: 'refused', reason: 'it is too long' };
  const unknown = unknownTerm(json);
  // Both sides enforce every term or there is no agreement about it.
  if (unknown) return { kind: 'refused', reason: `this server does not know the term ${unknown}` };
  const groups = term(json, 'groups');
  const expires = term(json, 'expires');
  const parsed = agreementSchema.safeParse({
    iri: json.id,
    attributedTo: objectId(json.attributedTo),
    version: term(json, 'version'),
    purpose: term(json, 'purpose') ?? '',
    scopes: asList(term(json, 'scopes')),
    groups: groups === 'all' ? 'all' : asList(groups).map((one) => objectId(one)),
    limits: given({
      mediaBytes: term(json, 'mediaBytes'),
      copyDays: term(json, 'copyDays'),
      copiesThen: term(json, 'copiesThen'),
      copyLevel: term(json, 'copyLevel'),
    }),
    ...(expires !== undefined && { expiresAt: Date.parse(String(expires)) }),
    parties: asList(term(json, 'parties')).map(readParty),
  });
  if (parsed.success) return { kind: 'ok', agreement: parsed.data };
  const [issue] = parsed.error.issues;
  return { kind: 'refused', reason: `${issue?.path.join('.')} ${issue?.message}` };
}

function given(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function readParty(value: unknown): unknown {
  if (!isObject(value)) return value;
  return {
    host: term(value, 'host'),
    actor: objectId(term(value, 'actor')),
    name: term(value, 'name') ?? '',
    publicKeyPem: term(value, 'publicKeyPem'),
    proofKey: term(value, 'proofKey'),
  };
}

const TERMS = new Set([
  'version',
  'purpose',
  'scopes',
  'groups',
  'mediaBytes',
  'copyDays',
  'copiesThen',
  'copyLevel',
  'expires',
  'parties',
]);
const PLAIN = new Set(['@context', 'id', 'type', 'attributedTo', 'published', 'proof']);

function unknownTerm(json: JsonObject): string | undefined {
  return Object.keys(json).find((key) => {
    const name = key.replace(/^mitoyen:/, '').replace(NAMESPACE, '');
    return !TERMS.has(name) && !PLAIN.has(key);
  });
}
