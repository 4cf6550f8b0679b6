/** Parts of a Mastodon `Status` entity, made of what was read for a page of posts: pure. */
import type { Account } from '../accounts/account.ts';
import type { AccountView } from '../accounts/accounts.ts';
import type { Confirmed } from '../acknowledgements/acknowledgement.ts';
import type { Answered } from '../calendar/attendance.ts';
import { shortcodesIn } from '../emojis/custom-emoji.ts';
import type { EmojiView } from '../emojis/emojis.ts';
import type { FilterPosts } from '../filters/filters.ts';
import type { GroupAccess } from '../groups/group.ts';
import type { MediaView } from '../media/media.ts';
import type { PollVote } from './poll-vote-store.ts';
import type { Post } from './post.ts';
import type { StatusView } from './posts.ts';
import type { Approval } from './quote.ts';
import type { Quoted } from './quote-view.ts';

/** Everything that a page of posts shows, by id. */
export type Hydrated = {
  viewer: Account | null;
  accounts: Map<string, AccountView>;
  media: Map<string, MediaView>;
  shared: Map<string, Post>;
  groups: Map<string, GroupAccess>;
  reactions: Map<string, Set<string>>;
  bookmarks: Set<string>;
  shares: Set<string>;
  mutedThreads: Set<string>;
  votes: Map<string, PollVote>;
  filters: FilterPosts | null;
  emojis: Map<string, EmojiView>;
  confirmed: Map<string, Confirmed>;
  answers: Map<string, Answered>;
  approvals: Map<string, Approval>;
  quoted: Quoted;
};

/** In the four words that Mastodon has. */
export function visibilityOf(post: Post): string {
  switch (post.audience) {
    case 'followers':
    case 'company':
      return 'private';
    case 'group':
      return post.readers.includes('public') ? 'public' : 'private';
    default:
      return post.audience;
  }
}

/** Heard by followers alone, so in no list for everybody. */
export function isBySilenced(status: StatusView): boolean {
  return (status.account as AccountView).limited === true;
}

/** Where names of emojis of ours may stand. */
export function wordsOf(post: Post): string[] {
  const reactions = Object.keys(post.reactions).filter((name) => name.startsWith(':'));
  const said = post.local ? [post.source, post.warning, ...(post.poll?.options ?? [])] : [];
  return [...said, ...reactions];
}

export function emojisOf(post: Post, { emojis, media }: Hydrated): EmojiView[] {
  if (post.local) {
    const words = [post.source, post.warning, ...(post.poll?.options ?? [])];
    return shortcodesIn(...words).flatMap((name) => emojis.get(name) ?? []);
  }
  return (post.emojis ?? []).flatMap(({ shortcode, media: id }) => {
    const url = media.get(id)?.url;
    return url
      ? [{ shortcode, url, static_url: url, visible_in_picker: false, category: null }]
      : [];
  });
}

export function confirmation(post: Post, { confirmed, viewer }: Hydrated) {
  const found = post.mustRead ? confirmed.get(post._id) : undefined;
  if (!found) return null;
  const { count, me } = found;
  return { acknowledged: me, acknowledged_count: count, mine: post.author === viewer?._id };
}

export function reactionViews(post: Post, own: Set<string>, emojis: Map<string, EmojiView>) {
  return Object.entries(post.reactions)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => {
      const url = emojis.get(name.replace(/^:|:$/g, ''))?.url;
      return { name, count, me: own.has(name), ...(url && { url, static_url: url }) };
    })
    .sort((a, b) => b.count - a.count);
}
