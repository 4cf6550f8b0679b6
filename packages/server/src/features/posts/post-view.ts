/** Mastodon `Status` entities: everything that a page of posts needs is read in a few batches. */
import { htmlToText } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import { type Account, isStaff } from '../accounts/account.ts';
import { shortcodesIn } from '../emojis/custom-emoji.ts';
import { type FilterContext, isHidden } from '../filters/filter.ts';
import type { FilterResult } from '../filters/filters.ts';
import type { BookmarkStore } from './bookmark-store.ts';
import { hasEvent } from './event.ts';
import { viewEvent } from './event-view.ts';
import type { JudgeQuotes } from './judge-quotes.ts';
import { viewPoll } from './poll-view.ts';
import type { PollVoteStore } from './poll-vote-store.ts';
import { LIKE, type Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { StatusView } from './posts.ts';
import { viewPraise } from './praise-view.ts';
import { createReadQuoted, quoteOf, viewApproval } from './quote-view.ts';
import type { ReactionStore } from './reaction-store.ts';
import type { ReadPosts } from './read-posts.ts';
import {
  confirmation,
  emojisOf,
  type Hydrated,
  reactionViews,
  visibilityOf,
  wordsOf,
} from './status-parts-view.ts';
import { viewTalk } from './talk-view.ts';
import { hasPoll } from './vote-in-poll.ts';

export type PostViews = ReturnType<typeof createPostViews>;

export function createPostViews(deps: {
  apis: Apis;
  store: PostStore;
  reactions: ReactionStore;
  bookmarks: BookmarkStore;
  votes: PollVoteStore;
  read: ReadPosts;
  judge: JudgeQuotes;
  baseUrl: string;
  now: () => number;
}) {
  const { apis, store, reactions, read, baseUrl } = deps;
  const readQuoted = createReadQuoted({ apis, store, read });

  async function present(posts: Post[], viewer: Account | null): Promise<StatusView[]> {
    const sharedIds = posts.flatMap((post) => post.shareOf ?? []);
    const sharedPosts =
      sharedIds.length > 0
        ? await read.visibleOf(await store.many(sharedIds), viewer, { hideMuted: false })
        : [];
    const outer = [...posts, ...sharedPosts];
    const quoted = await readQuoted(outer, viewer);
    const known = new Map([...outer, ...quoted.readable.values()].map((post) => [post._id, post]));
    const hydrated = { ...(await hydrate([...known.values()], sharedPosts, viewer)), quoted };
    return posts.flatMap((post) => view(post, hydrated) ?? []);
  }

  async function hydrate(
    all: Post[],
    sharedPosts: Post[],
    viewer: Account | null,
  ): Promise<Omit<Hydrated, 'quoted'>> {
    const ids = all.map((post) => post._id);
    const groupIds = [...new Set(all.flatMap((post) => post.group ?? []))];
    const accountIds = [
      ...new Set([
        ...all.flatMap((post) => [
          post.author,
          ...post.mentions.map((mention) => mention.account),
          ...(post.talk?.people ?? []),
        ]),
        ...groupIds,
      ]),
    ];
    const me = viewer?._id;
    const asked = all.filter((post) => post.poll).map((post) => post._id);
    const [
      accounts,
      media,
      groups,
      mine,
      bookmarks,
      shares,
      muted,
      votes,
      filters,
      emojis,
      confirmed,
      answers,
      approvals,
    ] = await Promise.all([
      apis.accounts.present(accountIds),
      apis.media.present([
        ...new Set(
          all.flatMap((post) => [...post.media, ...(post.emojis ?? []).map((one) => one.media)]),
        ),
      ]),
      groupIds.length > 0 ? apis.groups.getMany(groupIds) : [],
      me ? reactions.mineOn(me, ids) : [],
      me ? deps.bookmarks.among(me, ids) : [],
      me ? store.sharesBy(me, ids) : [],
      me
        ? deps.bookmarks.threadsMuted(
            me,
            all.map((post) => post.root ?? post._id),
          )
        : [],
      me && asked.length > 0 ? deps.votes.mineOn(me, asked) : [],
      me ? apis.filters.forReader(me) : null,
      apis.emojis.named(shortcodesIn(...all.flatMap(wordsOf))),
      apis.acknowledgements.among(
        all.filter((post) => post.mustRead).map((post) => post._id),
        me ?? null,
      ),
      apis.calendar.answersOf(
        all.filter((post) => post.event).map((post) => post._id),
        me ?? null,
      ),
      deps.judge(all, viewer),
    ]);
    const byPost = Map.groupBy(mine, (reaction) => reaction.post);
    return {
      viewer,
      accounts,
      media,
      shared: new Map(sharedPosts.map((post) => [post._id, post])),
      groups: new Map(groups.map((group) => [group._id, group.access])),
      reactions: new Map(
        [...byPost].map(([post, of]) => [post, new Set(of.map((reaction) => reaction.emoji))]),
      ),
      bookmarks: new Set(bookmarks.map((bookmark) => bookmark.post)),
      shares: new Set(
        shares.filter((share) => !share.deletedAt).flatMap((share) => share.shareOf ?? []),
      ),
      mutedThreads: new Set(muted.map((mute) => mute.root)),
      filters,
      emojis,
      confirmed,
      answers,
      approvals,
      votes: new Map(votes.map((vote) => [vote.post, vote])),
    };
  }

  function view(post: Post, hydrated: Hydrated, isQuoted = false): StatusView | null {
    const account = hydrated.accounts.get(post.author);
    const target = post.shareOf ? hydrated.shared.get(post.shareOf) : undefined;
    if (!account || (post.shareOf && !target)) return null;
    // What suspended people wrote is shown to nobody but those who decide about it.
    if (account.suspended === true && !isStaff(hydrated.viewer)) return null;
    const subject = target ?? post;
    const own = hydrated.reactions.get(subject._id) ?? new Set<string>();
    const given = reactionViews(subject, own, hydrated.emojis);
    const emojis = given.filter((one) => one.name !== LIKE);
    const reblog = target ? view(target, hydrated) : null;
    if (target && !reblog) return null;
    return {
      id: post._id,
      uri: post.iri,
      url: post.url,
      created_at: new Date(post.publishedAt).toISOString(),
      edited_at: post.editedAt ? new Date(post.editedAt).toISOString() : null,
      account,
      content: post.html,
      spoiler_text: post.warning,
      sensitive: post.sensitive,
      visibility: visibilityOf(post),
      language: post.language ?? null,
      media_attachments: post.media.flatMap((id) => hydrated.media.get(id) ?? []),
      mentions: post.mentions.flatMap((mention) => {
        const mentioned = hydrated.accounts.get(mention.account);
        return mentioned
          ? [
              {
                id: mentioned.id,
                username: mentioned.username,
                url: mentioned.url,
                acct: mentioned.acct,
              },
            ]
          : [];
      }),
      tags: post.hashtags.map((name) => ({
        name,
        url: `${baseUrl}/tags/${encodeURIComponent(name)}`,
      })),
      emojis: emojisOf(post, hydrated),
      replies_count: Math.max(0, subject.counts.comments),
      reblogs_count: Math.max(0, subject.counts.shares),
      favourites_count: Math.max(0, subject.counts.reactions),
      quotes_count: subject.counts.quotes ?? 0,
      in_reply_to_id: post.inReplyTo ?? null,
      in_reply_to_account_id: post.inReplyToAccount ?? null,
      reblog,
      poll: hasPoll(post)
        ? {
            ...viewPoll(post, hydrated.viewer, hydrated.votes.get(post._id), deps.now()),
            emojis: emojisOf(post, hydrated),
          }
        : null,
      card: null,
      quote: viewQuote(subject, hydrated, isQuoted),
      quote_approval: viewApproval(subject, hydrated.approvals.get(subject._id)),
      application: null,
      filtered: filteredOf(subject, post, hydrated),
      ...(hydrated.viewer && {
        favourited: own.has(LIKE),
        reblogged: hydrated.shares.has(subject._id),
        bookmarked: hydrated.bookmarks.has(subject._id),
        muted: hydrated.mutedThreads.has(subject.root ?? subject._id),
        pinned: post.author === hydrated.viewer._id && post.pinnedAt !== undefined,
      }),
      // As Pleroma's and Fedibird's apps look for them.
      emoji_reactions: emojis,
      pleroma: { emoji_reactions: emojis },
      mitoyen: {
        audience: post.audience,
        title: post.title || null,
        group: post.group ? groupView(post.group, hydrated) : null,
        conversation_id: post.conversation ?? null,
        root_id: post.root ?? null,
        reactions: given,
        copy: post.copy ?? 'full',
        must_read: confirmation(post, hydrated),
        event: hasEvent(post) ? viewEvent(post, hydrated.answers.get(post._id) ?? null) : null,
        praise: post.praise ? viewPraise(post.praise, hydrated.accounts) : null,
        talk: post.talk ? viewTalk(post.talk, hydrated.accounts) : null,
        original_type: post.card?.type ?? null,
      },
    };
  }

  /** Of what a quoted post quotes in turn, the id alone. */
  function viewQuote(post: Post, hydrated: Hydrated, isQuoted: boolean) {
    const found = quoteOf(post, hydrated.quoted);
    if (!found) return null;
    if (isQuoted) return { state: found.state, quoted_status_id: found.post?._id ?? null };
    const status = found.post && view(found.post, hydrated, true);
    const state = found.post && !status ? 'unauthorized' : found.state;
    return { state, quoted_status: status };
  }

  /** What the viewer's filters say of a post; of one's own nothing. */
  function filteredOf(
    subject: Post,
    post: Post,
    { filters, viewer, media }: Hydrated,
  ): FilterResult[] {
    if (!filters || subject.author === viewer?._id) return [];
    const described = subject.media.flatMap((id) => media.get(id)?.description ?? []);
    const words = [subject.title, subject.warning, htmlToText(subject.html)];
    const text = [...words, ...(subject.poll?.options ?? []), ...described].join('\n\n');
    return filters(text, [...new Set([subject._id, post._id])]);
  }

  function groupView(id: string, hydrated: Hydrated) {
    const account = hydrated.accounts.get(id);
    return account
      ? {
          id,
          name: account.display_name,
          acct: account.acct,
          access: hydrated.groups.get(id) ?? 'closed',
        }
      : null;
  }

  /** Without what the viewer's filters hide in such a place. */
  async function presentIn(
    context: FilterContext,
    posts: Post[],
    viewer: Account | null,
  ): Promise<StatusView[]> {
    return (await present(posts, viewer)).filter((status) => !isHidden(status, context));
  }

  return { present, presentIn };
}

/** The plain text of a post: for editing remote-looking sources and notifications. */
export function plainText(post: Post): string {
  return post.source || htmlToText(post.html);
}
