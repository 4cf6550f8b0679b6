/** Finds posts: only among the keys of the tokens that the searcher holds at this moment. */
import { htmlToText } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import type { Post } from '../posts/post.ts';
import type { SearchQuery } from './search-query.ts';
import { type IdRange, keyOf, type SearchStore } from './search-store.ts';
import { formsOf, isSmall, wordsOf } from './search-words.ts';

/** Words that an unfinished one may become. */
const COMPLETIONS = 40;
/** Words with the same beginning that are looked at, shortest first. */
const MOST_BEGINNINGS = 400;
/** Keys of one condition: completions give way to people who are in much. */
const MOST_KEYS = 4000;
const MOST_ROUNDS = 5;
const MOST_TAGS = 20;

export type PostSearch = {
  query: SearchQuery;
  viewer: Account;
  limit: number;
  offset?: number;
  maxId?: string;
  minId?: string;
  /** Only posts of this person. */
  author?: string;
};

export type SearchPosts = ReturnType<typeof createSearchPosts>;

export function createSearchPosts(deps: {
  apis: Apis;
  store: SearchStore;
  idAt: (at: number) => string;
}) {
  const { apis, store } = deps;

  async function tokensOf(viewer: Account): Promise<string[]> {
    const [followed, groups] = await Promise.all([
      apis.relations.followedBy(viewer._id),
      apis.groups.groupsOf(viewer._id),
    ]);
    return [
      'public',
      `account:${viewer._id}`,
      ...(isColleague(viewer) ? ['company'] : []),
      ...groups.map((id) => `group:${id}`),
      ...followed.map((id) => `followers:${id}`),
    ];
  }

  /** Posts that match, newest first, and whether more may come. */
  async function find(search: PostSearch): Promise<Post[]> {
    const { query, viewer, limit, offset = 0 } = search;
    const tokens = await tokensOf(viewer);
    const terms = await conditionsOf(search, tokens.length);
    if (!terms) return [];
    const all = terms.map((one) =>
      one.flatMap((term) => tokens.map((token) => keyOf(token, term))),
    );
    const unwanted = query.not.map(wordsOf);
    const none = unwanted
      .flatMap((words) => (words.length === 1 ? words : []))
      .flatMap((word) => formsOf(word))
      .flatMap((term) => tokens.map((token) => keyOf(token, term)));
    const phrases = query.phrases.map((phrase) => wordsOf(phrase).join(' ')).filter(Boolean);
    const noPhrases = unwanted.flatMap((words) => (words.length > 1 ? [words.join(' ')] : []));
    const found: Post[] = [];
    let range = rangeOf(search);
    for (let round = 0; round < MOST_ROUNDS && found.length < offset + limit; round += 1) {
      const most = offset + limit + 10;
      const rows = await store.find({ all, none, phrases, noPhrases, range }, most);
      const ids = rows.map((row) => row._id);
      found.push(...(await apis.posts.visibleMany(ids, viewer)));
      const last = ids.at(-1);
      if (ids.length < most || !last) break;
      range = { ...range, $lt: last };
    }
    return found.slice(offset, offset + limit);
  }

  /** Lists of terms, of each of which a post has one; null where nothing can match. */
  async function conditionsOf(search: PostSearch, tokens: number): Promise<string[][] | null> {
    const { query, author, viewer } = search;
    const [from, places] = await Promise.all([
      Promise.all(query.from.map((name) => accountOf(name, viewer))),
      Promise.all(query.in.map((name) => placeOf(name, viewer))),
    ]);
    if (from.includes(null)) return null;
    const words = [...query.words, ...query.phrases].flatMap(rawWordsOf);
    // What narrows most comes first: of conditions that are all common the first one is read.
    const terms = [
      ...words.map((word) => formsOf(word)),
      ...(await completed(query.beginning, tokens)),
      ...query.tags.map((tag) => [`tag:${tag.toLowerCase()}`]),
      ...places.map((id) => [`in:${id}`]),
      ...from.map((id) => [`from:${id}`]),
      ...(author ? [[`from:${author}`]] : []),
      ...query.has.map((one) => [`has:${one}`]),
      ...query.is.map((one) => [`is:${one}`]),
    ];
    const isEmpty =
      query.before === undefined && query.after === undefined && query.not.length === 0;
    if (terms.length === 0 && isEmpty) return null;
    return terms.length > 0 ? terms : [['any:']];
  }

  /** The last word may be unfinished; what stands before it in one breath ("l'éq") is not. */
  async function completed(beginning: string | undefined, tokens: number): Promise<string[][]> {
    const raw = beginning?.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
    const last = raw.at(-1);
    const [folded] = last ? wordsOf(last) : [];
    if (!last || !folded) return [];
    const before = raw
      .slice(0, -1)
      .flatMap(rawWordsOf)
      .map((word) => formsOf(word));
    if (folded.length < 3) return isSmall(folded) ? before : [...before, formsOf(last)];
    const found = await store.beginningWith(folded, MOST_BEGINNINGS);
    const most = Math.min(COMPLETIONS, Math.floor(MOST_KEYS / tokens / 3));
    const words = found.sort((a, b) => a.length - b.length).slice(0, most);
    const forms = new Set([last, ...words].flatMap((word) => formsOf(word)));
    return isSmall(folded) && words.length === 0 ? before : [...before, [...forms]];
  }

  async function accountOf(name: string, viewer: Account): Promise<string | null> {
    if (name === 'me') return viewer._id;
    return (await apis.accounts.byHandle(name))?._id ?? null;
  }

  /** A group or person by name, else the id of a group or conversation. */
  async function placeOf(name: string, viewer: Account): Promise<string> {
    return (await accountOf(name.toLowerCase(), viewer)) ?? name;
  }

  function rangeOf({ query, maxId, minId }: PostSearch): IdRange {
    const before = [maxId, query.before === undefined ? undefined : deps.idAt(query.before)];
    const upper = before.filter((one) => one !== undefined).sort()[0];
    return {
      ...(upper !== undefined && { $lt: upper }),
      ...(query.after !== undefined && { $gte: deps.idAt(query.after) }),
      ...(minId !== undefined && { $gt: minId }),
    };
  }

  /** Hashtags with this beginning that stand in something the searcher may read. */
  async function tags(beginning: string, viewer: Account, limit: number): Promise<string[]> {
    const [folded] = wordsOf(beginning);
    if (!folded) return [];
    const asked = beginning.toLowerCase();
    const known = await store.beginningWith(`#${asked}`, MOST_TAGS);
    const tokens = await tokensOf(viewer);
    const names = [...new Set([asked, ...known.map((word) => word.slice(1))])];
    const used = await Promise.all(
      names.map((tag) =>
        store.some(
          tokens.map((token) => keyOf(token, `tag:${tag}`)),
          {},
          1,
        ),
      ),
    );
    return names.filter((_, at) => (used[at]?.length ?? 0) > 0).slice(0, limit);
  }

  return { find, tags };
}

function rawWordsOf(text: string): string[] {
  const words = htmlToText(text).match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
  return words.filter((word) => !wordsOf(word).every(isSmall));
}
