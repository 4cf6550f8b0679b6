/**
 * The same thing shown once: a share beside what it shares, and what one person wrote into several
 * places within minutes. Nothing is left out: the card that stays names the others.
 */
import type { Status } from '../../api/types.ts';

export type Folded = { id: string; also: string[] };

const AT_ONCE_MS = 15 * 60_000;

export function fold(ids: string[], known: (id: string) => Status | null): Folded[] {
  const cards: (Folded & { status: Status | null })[] = [];
  for (const id of ids) {
    const status = known(id);
    const same = status && cards.find((card) => card.status && isSame(card.status, status));
    if (same) same.also.push(id);
    else cards.push({ id, also: [], status });
  }
  return cards.map(({ id, also }) => ({ id, also }));
}

function isSame(one: Status, other: Status): boolean {
  if (subject(one).id === subject(other).id) return true;
  return isCrossPost(one, other);
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
