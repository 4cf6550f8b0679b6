/** The text of a local post: mentions resolved, Markdown rendered, limits checked. */
import { mentionedHandles, renderMarkdown } from '@mitoyen/federation';
import { postLength } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { type FieldProblem, invalid } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { eventProblems } from './event.ts';
import { pollProblems } from './poll.ts';
import type { Post } from './post.ts';
import type { NewPost } from './posts.ts';
import { type NewPraise, type PostPraise, praiseMarkdown } from './praise.ts';

export type RenderedText = {
  html: string;
  mentions: Post['mentions'];
  hashtags: string[];
  people: Account[];
  groups: Account[];
};

export function createPostText(deps: { kit: Kit; apis: Apis }) {
  const { kit, apis } = deps;
  const { limits } = kit.config;

  function lengthProblems(text: string): FieldProblem[] {
    if (postLength(text) <= limits.post_characters) return [];
    const message = `must be ${limits.post_characters} characters at most`;
    return [{ field: 'status', code: 'ERR_TOO_LONG', message }];
  }

  /** AppError `invalid` with every problem at once. `before`: the post, of an edit. */
  function check(
    post: Pick<NewPost, 'text' | 'media' | 'poll' | 'event' | 'praise' | 'quote'>,
    before?: Post,
  ): void {
    const { text, media = [], poll, event, praise } = post;
    const problems: FieldProblem[] = [];
    const quotes = (post.quote ?? before?.quote) !== undefined;
    if (text.trim() === '' && media.length === 0 && !event && !quotes)
      problems.push({ field: 'status', code: 'ERR_BLANK', message: "can't be blank" });
    problems.push(...lengthProblems(text));
    if (media.length > limits.post_attachments) {
      problems.push({
        field: 'media_ids',
        code: 'ERR_TOO_MANY',
        message: `must be ${limits.post_attachments} at most`,
      });
    }
    if (mentionedHandles(text).length > limits.post_mentions) {
      problems.push({
        field: 'status',
        code: 'ERR_TOO_MANY',
        message: `must mention ${limits.post_mentions} people at most`,
      });
    }
    if (poll) problems.push(...pollProblems(poll, limits));
    if (event) problems.push(...eventProblems(event, limits, kit.clock.now(), before?.event));
    if (poll && event)
      problems.push({
        field: 'poll',
        code: 'ERR_INVALID',
        message: 'cannot be combined with an event',
      });
    if (praise && (poll || event))
      problems.push({
        field: 'praise',
        code: 'ERR_INVALID',
        message: 'cannot be combined with a poll or an event',
      });
    if (poll && media.length > 0)
      problems.push({
        field: 'poll',
        code: 'ERR_INVALID',
        message: 'cannot be combined with pictures or files',
      });
    if (problems.length > 0) throw invalid(...problems);
  }

  /** With whom it praises above the text; those who are gone by now are left out. */
  async function renderPraise(
    text: string,
    author: Account,
    { badge, people }: NewPraise,
  ): Promise<RenderedText & { praise: PostPraise }> {
    const handles = (await praisable(people, author)).map(handleOf);
    const [whole, alone] = await Promise.all([
      render(praiseMarkdown(badge, handles, text), author),
      render(text, author),
    ]);
    const named = whole.people.filter((one) => people.includes(one._id)).map((one) => one._id);
    return { ...whole, praise: { badge, people: named, text: alone.html } };
  }

  /** Of these, those whom somebody may name in a praise. */
  async function praisable(ids: string[], author: Account): Promise<Account[]> {
    const found = (await apis.accounts.getMany(ids)).filter(
      (one) => one.kind === 'person' && one.state === 'active',
    );
    const blocked = await Promise.all(
      found.map((one) => apis.relations.blockedEither(author._id, one._id)),
    );
    return found.filter((_, index) => !blocked[index]);
  }

  async function render(text: string, author: Account): Promise<RenderedText> {
    const found = await resolveAll(mentionedHandles(text), author);
    const { html, mentions, hashtags } = renderMarkdown(text, {
      mentions: (handle) => {
        const account = found.get(handle);
        return account ? { href: account.iri, url: account.url } : null;
      },
      hashtagUrl: (tag) => `${kit.baseUrl}/tags/${encodeURIComponent(tag)}`,
    });
    const mentioned = [
      ...new Map(
        mentions.flatMap((handle) => found.get(handle) ?? []).map((one) => [one._id, one]),
      ).values(),
    ];
    return {
      html,
      hashtags,
      mentions: mentioned.map((account) => ({
        account: account._id,
        handle: handleOf(account),
        href: account.iri,
      })),
      people: mentioned.filter((account) => account.kind !== 'group'),
      groups: mentioned.filter((account) => account.kind === 'group'),
    };
  }

  function handleOf(account: Account): string {
    return account.domain === null ? account.username : `${account.username}@${account.domain}`;
  }

  async function resolveAll(handles: string[], author: Account): Promise<Map<string, Account>> {
    const pairs = await Promise.all(
      handles.map(async (handle) => {
        const known = await apis.accounts.byHandle(handle.toLowerCase());
        const account =
          known ?? (handle.includes('@') ? await apis.accounts.resolveHandle(handle) : null);
        return [handle, account] as const;
      }),
    );
    const found = pairs.filter(
      (pair): pair is [string, Account] =>
        pair[1] !== null && pair[1].state === 'active' && pair[1].kind !== 'application',
    );
    const hidden = await apis.groups.hiddenFor(
      author,
      found.map(([, account]) => account._id),
    );
    return new Map(found.filter(([, account]) => !hidden.has(account._id)));
  }

  return { check, lengthProblems, render, renderPraise, praisable };
}
