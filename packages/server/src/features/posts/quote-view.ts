/** What a viewer is shown of the posts that posts quote: `Quote`, `ShallowQuote` and `QuoteApproval`. */
import type { QuoteGroups } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { Account } from '../accounts/account.ts';
import type { HiddenBecause } from '../relations/relations.ts';
import type { Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { Approval } from './quote.ts';
import type { ReadPosts } from './read-posts.ts';

/** What posts quote, as far as the viewer may read it; and why some of it is covered. */
export type Quoted = {
  there: Set<string>;
  readable: Map<string, Post>;
  hidden: Map<string, HiddenBecause>;
};

const NOTHING: Quoted = { there: new Set(), readable: new Map(), hidden: new Map() };

export function createReadQuoted(deps: { apis: Apis; store: PostStore; read: ReadPosts }) {
  const { apis, store, read } = deps;

  async function readQuoted(posts: Post[], viewer: Account | null): Promise<Quoted> {
    const ids = posts.flatMap(({ quote }) => (quote?.state === 'accepted' && quote.post) || []);
    if (ids.length === 0) return NOTHING;
    const found = (await store.many([...new Set(ids)])).filter((post) => !post.deletedAt);
    const [seen, hidden] = await Promise.all([
      read.visibleOf(found, viewer, { hideMuted: false }),
      viewer
        ? apis.relations.hiddenBecause(
            viewer._id,
            found.map((post) => post.author),
          )
        : new Map<string, HiddenBecause>(),
    ]);
    return {
      there: new Set(found.map((post) => post._id)),
      readable: new Map(seen.map((post) => [post._id, post])),
      hidden,
    };
  }

  /** With what these quote in turn, of which only the state and the id are told. */
  return async function readAll(posts: Post[], viewer: Account | null): Promise<Quoted> {
    const first = await readQuoted(posts, viewer);
    const second = await readQuoted([...first.readable.values()], viewer);
    return second === NOTHING
      ? first
      : {
          there: first.there.union(second.there),
          readable: new Map([...first.readable, ...second.readable]),
          hidden: new Map([...first.hidden, ...second.hidden]),
        };
  };
}

/** The state that this viewer is told, and the post where it may be shown. */
export function quoteOf(
  { quote }: Post,
  quoted: Quoted,
): { state: string; post: Post | null } | null {
  if (!quote) return null;
  if (quote.state !== 'accepted') return { state: quote.state, post: null };
  if (!quote.post || !quoted.there.has(quote.post)) return { state: 'deleted', post: null };
  const post = quoted.readable.get(quote.post);
  const why = post && quoted.hidden.get(post.author);
  if (!post || why === 'blocked_by') return { state: 'unauthorized', post: null };
  return { state: why ?? 'accepted', post };
}

export function viewApproval({ canQuote }: Post, current: Approval | undefined) {
  return {
    automatic: groupsOf(canQuote?.automatic),
    manual: groupsOf(canQuote?.manual),
    current_user: current ?? 'denied',
  };
}

/** In Mastodon's words; that authors may quote themselves goes without saying. */
function groupsOf(groups: QuoteGroups = []): string[] {
  const words = groups.filter((group) => group !== 'author');
  return words.map((group) => (group === 'others' ? 'unsupported_policy' : group));
}

/** As earlier versions of a post name what it quotes. */
export function shallowQuote(quote: unknown) {
  const { state, quoted_status: status } = (quote ?? {}) as {
    state?: string;
    quoted_status?: { id: string } | null;
  };
  return state ? { state, quoted_status_id: status?.id ?? null } : null;
}
