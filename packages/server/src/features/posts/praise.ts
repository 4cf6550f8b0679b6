/** The praise of a post: types and pure rules. */
import type { Badge, RemoteNote } from '@mitoyen/federation';
import type { FieldProblem } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { Placement } from './audience.ts';
import type { Post } from './post.ts';

export type PostPraise = {
  badge: Badge;
  /** Accounts; each is also among the post's mentions, where it hears of it. */
  people: string[];
  /** The text alone as HTML, where the post's begins with badge and names. */
  text: string;
};

export type NewPraise = Pick<PostPraise, 'badge' | 'people'>;

export const MOST_PRAISED = 10;

/** What a badge is where nobody knows badges. */
export const BADGE_EMOJI: Record<Badge, string> = {
  thanks: '🙏',
  teamwork: '🤝',
  great_work: '🌟',
  idea: '💡',
  help: '🛟',
  milestone: '🏆',
};

const problem = (message: string): FieldProblem => ({
  field: 'praise.account_ids',
  code: 'ERR_INVALID',
  message,
});

/** Problems with whom somebody wants to praise; `found`: whom they may name. */
export function praisedProblems(
  { people }: NewPraise,
  found: Account[],
  { author, audience }: { author: string; audience: Post['audience'] },
): FieldProblem[] {
  if (people.includes(author)) return [problem('cannot be yourself')];
  if (found.length < people.length) return [problem('must all be people that you can see')];
  const outsiders = found.filter((one) => one.domain !== null).map((one) => `@${one.handle}`);
  if (audience === 'company' && outsiders.length > 0)
    return [problem(`cannot read what is for your colleagues: ${outsiders.join(', ')}`)];
  return [];
}

/** It is given before others: not within a conversation or a thread. */
export function praisePlaceProblem(
  { audience }: Pick<Placement, 'audience'>,
  isComment: boolean,
): FieldProblem[] {
  if (!isComment && audience !== 'direct') return [];
  const message = 'is for posts to a group, the company, followers or everybody';
  return [{ field: 'praise', code: 'ERR_INVALID', message }];
}

/** Badge and names above the text: for whoever knows no praise. */
export function praiseMarkdown(badge: Badge, handles: string[], text: string): string {
  return `${BADGE_EMOJI[badge]} ${handles.map((handle) => `@${handle}`).join(' ')}\n\n${text}`;
}

/** The praise of a remote post: only of people whom the post names. */
export function readPraised(
  { praise }: RemoteNote,
  mentions: Post['mentions'],
  sanitize: (html: string) => string,
): PostPraise | undefined {
  if (!praise) return undefined;
  const named = mentions.filter(({ href }) => praise.people.includes(href));
  const people = named.map((mention) => mention.account).slice(0, MOST_PRAISED);
  if (people.length === 0) return undefined;
  return { badge: praise.badge, people, text: sanitize(praise.content) };
}
