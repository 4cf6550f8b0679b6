/** What somebody wrote, shared, liked and kept, for their archive. */
import type { Apis } from '../../apis.ts';
import { everyPage, type PersonalData } from '../../personal-data.ts';
import type { BookmarkStore } from './bookmark-store.ts';
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { ReactionStore } from './reaction-store.ts';

const MOST_REACTIONS = 100_000;

export function personalPosts(deps: {
  apis: Apis;
  store: PostStore;
  reactions: ReactionStore;
  bookmarks: BookmarkStore;
}): PersonalData[] {
  const { apis, store, reactions, bookmarks } = deps;
  const own = (account: string) => everyPage((page) => store.byAuthor(account, page));

  async function* posts(account: string) {
    for await (const post of own(account)) if (post.kind === 'post') yield written(post);
  }

  async function* shares(account: string) {
    for await (const { kind, iri, shareOf, publishedAt } of own(account)) {
      const target = kind === 'share' && shareOf ? await store.byId(shareOf) : null;
      if (target) yield { id: iri, shared: target.iri, at: new Date(publishedAt).toISOString() };
    }
  }

  async function* given(account: string) {
    for (const { post, emoji, at, ended } of await reactions.ofAccount(account, MOST_REACTIONS)) {
      const target = ended ? null : await store.byId(post);
      if (target) yield { post: target.iri, emoji, at: new Date(at).toISOString() };
    }
  }

  async function* kept(account: string) {
    for await (const { post } of everyPage((page) => bookmarks.mine(account, page))) {
      const target = await store.byId(post);
      if (target) yield { post: target.iri };
    }
  }

  async function* pictures(account: string) {
    for await (const post of own(account))
      for (const media of await apis.media.getMany(post.media)) {
        const file = media.files.original;
        if (file) yield { path: pathOf(media._id, file.key), key: file.key };
      }
  }

  return [
    { name: 'posts', read: posts, files: pictures },
    { name: 'shares', read: shares },
    { name: 'reactions', read: given },
    { name: 'bookmarks', read: kept },
  ];
}

function pathOf(id: string, key: string): string {
  return `media/${id}.${key.split('.').at(-1) ?? 'bin'}`;
}

function written(post: Post) {
  const { iri, url, audience, source, html, warning, language, media, hashtags, poll } = post;
  return {
    id: iri,
    url,
    at: new Date(post.publishedAt).toISOString(),
    edited_at: post.editedAt ? new Date(post.editedAt).toISOString() : null,
    audience,
    group: post.group ?? null,
    conversation: post.conversation ?? null,
    in_reply_to: post.inReplyToIri ?? null,
    quotes: post.quote?.iri ?? null,
    mentions: post.mentions.map((mention) => mention.handle),
    text: source,
    html,
    warning,
    language: language ?? null,
    hashtags,
    media: media.map((id) => `media/${id}`),
    poll: poll ? { options: poll.options, counts: poll.counts } : null,
    earlier_versions: (post.edits ?? []).map((edit) => ({
      at: new Date(edit.at).toISOString(),
      text: edit.source,
    })),
  };
}
