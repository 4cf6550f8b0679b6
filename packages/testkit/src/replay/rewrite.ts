/** Recorded addresses become addresses on loopback: each host its own, ours the tested instance. */
import type { JsonObject } from '@mitoyen/federation';
import { idsOf, mapTexts, objectsIn } from './walk.ts';

/** Hosts of vocabularies: named, never asked. */
const VOCABULARIES = /^(www\.w3\.org|w3id\.org|schema\.org|joinmastodon\.org|join-lemmy\.org)$/;
const IDENTIFYING = ['id', 'actor', 'attributedTo', 'to', 'cc', 'audience', 'target', 'inReplyTo'];

/** The hosts that the documents' actors and objects live on. */
export function hostsOf(documents: JsonObject[]): string[] {
  const ids = documents
    .flatMap(objectsIn)
    .flatMap((one) => [
      ...IDENTIFYING.flatMap((name) => idsOf(one[name])),
      ...idsOf(one.object),
      ...(one.type === 'Mention' ? idsOf(one.href) : []),
    ]);
  const hosts = ids.flatMap((id) => (URL.canParse(id) ? [new URL(id).host] : []));
  return [...new Set(hosts)].filter((host) => !VOCABULARIES.test(host));
}

/**
 * @param ours recorded ids that stand for other ids (of the tested instance, or recorded ones),
 *   with what is below them
 * @param origins the address of each recorded host
 */
export function createRewriter(
  ours: Record<string, string>,
  origins: Map<string, string>,
): { text: (text: string) => string; document: <T>(document: T) => T } {
  const own = Object.entries(ours).map(
    ([id, local]) => [pattern(withoutScheme(id)), local] as const,
  );
  const hosts = [...origins].map(([host, origin]) => [pattern(host), origin] as const);

  function text(value: string): string {
    let changed = value;
    for (const [found, replacement] of [...own, ...hosts])
      changed = changed.replace(found, replacement);
    return changed;
  }

  return { text, document: (document) => mapTexts(document, text) };
}

function withoutScheme(id: string): string {
  return id.replace(/^https?:\/\//, '');
}

/** The address and not a longer one that begins like it. */
function pattern(address: string): RegExp {
  return new RegExp(`https?://${RegExp.escape(address)}(?=$|[/?#"'<\\s])`, 'g');
}
