/**
 * Messages that only their recipients' devices can read (MLS over ActivityPub, draft of the SWICG):
 * `type: ["Object", "PrivateMessage"]`, `mediaType: "message/mls"`, the ciphertext as `content`.
 */
import type { JsonObject } from './json.ts';
import { asList, text } from './values.ts';

const MLS = /^(mls:|https:\/\/purl\.archive\.org\/socialweb\/mls#)/;
const TYPES = ['PrivateMessage', 'PublicMessage', 'Welcome', 'GroupInfo', 'KeyPackage'];

/** Nobody is shown bytes: what is left of an encrypted message says what it is (`summary`). */
export function withoutCiphertext(json: JsonObject): JsonObject {
  const type = encryptedType(json);
  if (!type) return json;
  const { content: _, contentMap: __, source: ___, mediaType: ____, ...rest } = json;
  return { ...rest, type };
}

/** Undefined for what is not encrypted. Some send it as a Note that has the media type (Enigmatick). */
function encryptedType(json: JsonObject): string | undefined {
  const names = asList(json.type).map((type) => text(type)?.replace(MLS, ''));
  const named = TYPES.find((type) => names.includes(type));
  if (named) return named;
  return /^message\/mls\b/i.test(text(json.mediaType) ?? '') ? 'PrivateMessage' : undefined;
}
