/**
 * The actors of a software's folder: those that were recorded, and for those that are only
 * named one in the shape of a recorded one. All carry a key that the peer can sign with.
 */
import type { JsonObject } from '@mitoyen/federation';
import { idsOf, mapTexts, objectsIn } from './walk.ts';

const ACTORS = new Set(['Person', 'Group', 'Service', 'Organization', 'Application']);
/** Where somebody is named by id. */
const NAMING = ['actor', 'attributedTo', 'to', 'cc', 'audience', 'target'];
const NO_ACTOR = /(#Public|\/(followers|subscribers|moderators|featured)(\/\w+)?)$/;
const GROUP = /\/(c|communities|video-channels)\/[^/]+$/;

/** By id: every actor that the documents hold or name, and those that are wanted beside them. */
export function actorsOf(
  documents: JsonObject[],
  publicPem: string,
  wanted: string[],
): Map<string, JsonObject> {
  const all = documents.flatMap(objectsIn);
  const recorded = all.filter(
    (one) => ACTORS.has(String(one.type)) && typeof one.inbox === 'string',
  );
  const actors = new Map(recorded.map((actor) => [String(actor.id), withKey(actor, publicPem)]));
  for (const id of [...namedIn(all), ...wanted]) {
    if (actors.has(id)) continue;
    const type = GROUP.test(id) ? 'Group' : 'Person';
    const model = recorded.findLast((one) => one.type === type) ?? recorded[0];
    if (model) actors.set(id, withKey(named(model, id, type), publicPem));
  }
  return actors;
}

function namedIn(all: JsonObject[]): Set<string> {
  const ids = all.flatMap((one) => {
    const mentions = one.type === 'Mention' ? idsOf(one.href) : [];
    const followed = one.type === 'Follow' || one.type === 'Block' ? idsOf(one.object) : [];
    return [...NAMING.flatMap((name) => idsOf(one[name])), ...mentions, ...followed];
  });
  return new Set(ids.filter((id) => !NO_ACTOR.test(id)));
}

/** The recorded actor under another id: same paths, another host and last part. */
function named(model: JsonObject, id: string, type: string): JsonObject {
  const old = new URL(String(model.id));
  const now = new URL(id);
  const [oldName, name] = [lastPart(old), lastPart(now)];
  const changed = mapTexts(model, (text) => {
    if (!URL.canParse(text) || new URL(text).host !== old.host) return text;
    const rest = text.slice(new URL(text).origin.length);
    // Some write their key's id with two slashes (lotide).
    const below = rest.replace(/^\/+/, '/');
    const slashes = rest.slice(0, rest.length - below.length);
    if (below.startsWith(old.pathname))
      return now.origin + slashes + now.pathname + below.slice(old.pathname.length);
    const path = below.endsWith(`/${oldName}`) ? below.slice(0, -oldName.length) + name : below;
    return now.origin + slashes + path;
  });
  return { ...changed, id, type, preferredUsername: name.replace(/^@/, ''), name };
}

function lastPart(url: URL): string {
  return url.pathname.split('/').findLast(Boolean) ?? 'nobody';
}

function withKey(actor: JsonObject, publicKeyPem: string): JsonObject {
  return { ...actor, publicKey: { ...(actor.publicKey as JsonObject), publicKeyPem } };
}
