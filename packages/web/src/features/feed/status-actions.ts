/** Likes, reactions, shares and bookmarks: shown at once, taken back where the server says no. */
import { ApiError, post, put, remove } from '../../api/http.ts';
import type { Reaction, Status } from '../../api/types.ts';
import { t } from '../../i18n/i18n.svelte.ts';
import { bringBack, change, forget, keep, status as known } from '../../stores/statuses.svelte.ts';
import { say } from '../../stores/toasts.svelte.ts';
import { errorText } from '../../ui/error-text.ts';

/** How the server names a plain like, and how it is shown. */
const LIKE = '★';
const LIKE_SHOWN = '👍';

export function glyph(name: string): string {
  return name === LIKE ? LIKE_SHOWN : name;
}

/** What I gave besides a like. */
export function ownReaction(status: Status): string | null {
  return reactionsOf(status).find((one) => one.me && one.name !== LIKE)?.name ?? null;
}

export function reactionsOf(status: Status): Reaction[] {
  return status.mitoyen?.reactions ?? [];
}

export function toggleReaction(status: Status, emoji: string): Promise<void> {
  if (emoji === LIKE || emoji === LIKE_SHOWN) return toggleLike(status);
  const has = reactionsOf(status).some((one) => one.name === emoji && one.me);
  const path = `/api/mitoyen/v1/statuses/${status.id}/reactions/${encodeURIComponent(emoji)}`;
  return act(status, withReaction(status, emoji, !has), () =>
    has ? remove<Status>(path) : put<Status>(path),
  );
}

export function toggleLike(status: Status): Promise<void> {
  const liked = status.favourited ?? false;
  const next = { ...withReaction(status, LIKE, !liked), favourited: !liked };
  return act(status, next, () =>
    post<Status>(`/api/v1/statuses/${status.id}/${liked ? 'unfavourite' : 'favourite'}`),
  );
}

export async function toggleShare(status: Status): Promise<void> {
  const shared = status.reblogged ?? false;
  const reblogs_count = Math.max(0, status.reblogs_count + (shared ? -1 : 1));
  await act(status, { ...status, reblogged: !shared, reblogs_count }, async () => {
    const answer = await post<Status>(
      `/api/v1/statuses/${status.id}/${shared ? 'unreblog' : 'reblog'}`,
    );
    return answer.reblog ?? answer;
  });
}

export function toggleBookmark(status: Status): Promise<void> {
  const kept = status.bookmarked ?? false;
  say(t(kept ? 'post.unkept' : 'post.kept'));
  return act(status, { ...status, bookmarked: !kept }, () =>
    post<Status>(`/api/v1/statuses/${status.id}/${kept ? 'unbookmark' : 'bookmark'}`),
  );
}

export function toggleMute(status: Status): Promise<void> {
  const muted = status.muted ?? false;
  say(t(muted ? 'post.unmuted' : 'post.muted'));
  return act(status, { ...status, muted: !muted }, () =>
    post<Status>(`/api/v1/statuses/${status.id}/${muted ? 'unmute' : 'mute'}`),
  );
}

/** Gone from the screen at once; from the server as soon as it can be undone no more. */
export function deletePost(status: Status): void {
  const before = known(status.id) ?? status;
  forget(status.id);
  say(t('post.deleted'), {
    label: t('action.undo'),
    run: () => bringBack(before),
    otherwise: () => {
      remove(`/api/v1/statuses/${status.id}`).catch((error) => {
        // Somebody else was quicker.
        if (error instanceof ApiError && error.status === 404) return;
        bringBack(before);
        say(errorText(error));
      });
    },
  });
}

export async function vote(status: Status, choices: number[]): Promise<void> {
  if (!status.poll) return;
  try {
    const poll = await post<NonNullable<Status['poll']>>(`/api/v1/polls/${status.poll.id}/votes`, {
      choices: choices.map(String),
    });
    change(status.id, (now) => ({ ...now, poll }));
  } catch (error) {
    say(errorText(error));
  }
}

async function act(before: Status, next: Status, send: () => Promise<Status>): Promise<void> {
  change(before.id, () => next);
  try {
    keep(await send());
  } catch (error) {
    change(before.id, () => before);
    say(errorText(error));
  }
}

function withReaction(status: Status, emoji: string, on: boolean): Status {
  const all = reactionsOf(status);
  const own = all.find((one) => one.name === emoji);
  if (!status.mitoyen || own?.me === on) return status;
  const changed = own
    ? all.map((one) => (one === own ? { ...one, me: on, count: one.count + (on ? 1 : -1) } : one))
    : [...all, { name: emoji, count: 1, me: true }];
  return {
    ...status,
    favourites_count: Math.max(0, status.favourites_count + (on ? 1 : -1)),
    mitoyen: { ...status.mitoyen, reactions: changed.filter((one) => one.count > 0) },
  };
}
