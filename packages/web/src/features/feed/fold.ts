/**
 * The same thing shown once: a share beside what it shares, and what one person wrote into several
 * places within minutes. Nothing is left out: the card that stays names the others.
 */
import type { Status } from '../../api/types.ts';

export type Folded = { id: string; also: string[] };

const AT_ONCE_MS = 15 * 60_000;

type Card = Folded & { status: Status | null };

export function fold(ids: string[], known: (id: string) => Status | null): Folded[] {
  const cards: Card[] = [];
  /** Where to look for the same: a feed may have hundreds of posts, and each asks. */
  const alike = new Map<string, Card[]>();
  for (const id of ids) {
    const status = known(id);
    const keys = status ? keysOf(status) : [];
    const near = keys.flatMap((key) => alike.get(key) ?? []);
    const same = status && near.find((card) => card.status && isSame(card.status, status));
    if (same) {
      same.also.push(id);
      continue;
    }
    const card: Card = { id, also: [], status };
    cards.push(card);
    for (const key of keys) alike.set(key, [...(alike.get(key) ?? []), card]);
  }
  return cards.map(({ id, also }) => ({ id, also }));
}

/** Of two lists of cards the earlier one's objects where nothing changed: those are not drawn again. */
export function unchanged(before: Folded[], now: Folded[]): Folded[] {
  const known = new Map(before.map((one) => [one.id, one]));
  const cards = now.map((card) => {
    const one = known.get(card.id);
    return one?.also.join() === card.also.join() ? one : card;
  });
  const same = cards.length === before.length && cards.every((card, at) => card === before[at]);
  return same ? before : cards;
}

function keysOf(status: Status): string[] {
  return [`= ${subject(status).id}`, `${status.account.id} ${status.content}`];
}

function isSame(one: Status, other: Status): boolean {
  return subject(one).id === subject(other).id || isCrossPost(one, other);
}

function subject(status: Status): Status {
  return status.reblog ?? status;
}

/** Said twice in one place is not said in several. */
function isCrossPost(one: Status, other: Status): boolean {
  return (
    !one.reblog &&
    !other.reblog &&
    one.account.id === other.account.id &&
    one.content !== '' &&
    one.content === other.content &&
    one.media_attachments.length === other.media_attachments.length &&
    placeOf(one) !== placeOf(other) &&
    Math.abs(Date.parse(one.created_at) - Date.parse(other.created_at)) <= AT_ONCE_MS
  );
}

function placeOf({ mitoyen }: Status): string {
  return mitoyen?.group?.id ?? mitoyen?.audience ?? '';
}
