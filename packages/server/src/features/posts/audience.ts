/** Who will be able to read a post: the rule that turns an audience into reader tokens. */
import type { GroupReach } from '../groups/group.ts';
import type { Audience, Place, Post, Reader } from './post.ts';

export type Placement = {
  audience: Audience;
  place: Place;
  feed?: Place;
  readers: Reader[];
  group?: string;
  conversation?: string;
};

/** Hashtags of one post under which it can be found. */
const MOST_LISTED_TAGS = 30;

type Facts = {
  author: string;
  audience: Audience;
  mentioned: string[];
  group?: { id: string; reach: GroupReach };
  conversation?: { id: string; participants: string[] };
};

/** A post that answers nothing. */
export function placeTopLevel(facts: Facts): Placement {
  const { author, audience, mentioned, group, conversation } = facts;
  const wall: Place = `wall:${author}`;
  switch (audience) {
    case 'public':
    case 'unlisted':
      return { audience, place: wall, feed: wall, readers: ['public'] };
    case 'company':
      return { audience, place: 'company', feed: 'company', readers: ['company'] };
    case 'followers':
      return {
        audience,
        place: wall,
        feed: wall,
        readers: [`followers:${author}`, ...accounts(mentioned)],
      };
    case 'group':
      return groupPlacement(group);
    case 'direct':
      return directPlacement(conversation);
    default:
      return audience satisfies never;
  }
}

/** A comment is for whom the post is for; it may be narrower only where that is public. */
export function placeComment(parent: Post, facts: Facts & { groupReach?: GroupReach }): Placement {
  const { author, mentioned, audience, conversation } = facts;
  if (parent.audience === 'direct' || audience === 'direct') return directPlacement(conversation);
  if (parent.group) {
    const { feed: _, ...placement } = groupPlacement({
      id: parent.group,
      reach: narrowest(reachAmong(parent), facts.groupReach ?? 'members'),
    });
    return placement;
  }
  const wall: Place = `wall:${author}`;
  switch (parent.audience) {
    case 'company':
      return { audience: 'company', place: 'company', readers: ['company'] };
    case 'followers':
      return {
        audience: 'followers',
        place: wall,
        readers: unique<Reader>([...parent.readers, ...accounts([parent.author, ...mentioned])]),
      };
    default:
      if (audience === 'followers') {
        return {
          audience,
          place: wall,
          readers: unique<Reader>([
            `followers:${author}`,
            ...accounts([parent.author, ...mentioned]),
          ]),
        };
      }
      return {
        audience: audience === 'public' ? parent.audience : 'unlisted',
        place: wall,
        readers: ['public'],
      };
  }
}

/**
 * The posts whose comment count a comment changes: what it answers, and the first of the
 * thread. A comment that is for fewer people is not counted: the number would tell of it.
 */
export function countedIn(
  comment: Pick<Post, 'readers' | 'audience' | 'conversation'>,
  parent: Pick<Post, '_id' | 'readers' | 'audience' | 'conversation' | 'root' | 'countedIn'> | null,
): string[] {
  if (!parent || !isForTheSame(comment, parent)) return [];
  const above = parent.root && parent.countedIn?.includes(parent.root) ? [parent.root] : [];
  return [...new Set([parent._id, ...above])];
}

function isForTheSame(
  comment: Pick<Post, 'readers' | 'audience' | 'conversation'>,
  parent: Pick<Post, 'readers' | 'audience' | 'conversation'>,
): boolean {
  if (comment.readers.includes('public')) return true;
  if (parent.readers.includes('public')) return false;
  if (parent.readers.includes('company') && !comment.readers.includes('company')) return false;
  return comment.audience === parent.audience && comment.conversation === parent.conversation;
}

function groupPlacement(group: Facts['group']): Placement {
  if (!group) throw new Error('a group post names its group');
  const place: Place = `group:${group.id}`;
  const readers = groupReaders(group.id, group.reach);
  return { audience: 'group', place, feed: place, readers, group: group.id };
}

/** The tokens of a post in a group. `company`: the colleagues here; other servers have their own. */
export function groupReaders(group: string, reach: GroupReach): Reader[] {
  const members: Reader = `group:${group}`;
  switch (reach) {
    case 'everybody':
      return ['public', members];
    case 'companies':
      return ['company', members];
    case 'members':
      return [members];
  }
}

/** For whom a post in a group is, by its tokens. */
export function reachAmong({ readers }: Pick<Post, 'readers'>): GroupReach {
  if (readers.includes('public')) return 'everybody';
  return readers.includes('company') ? 'companies' : 'members';
}

export function narrowest(...reaches: GroupReach[]): GroupReach {
  const narrow = (['members', 'companies'] as const).find((reach) => reaches.includes(reach));
  return narrow ?? 'everybody';
}

function directPlacement(conversation: Facts['conversation']): Placement {
  if (!conversation) throw new Error('a direct message has its conversation');
  return {
    audience: 'direct',
    place: `conversation:${conversation.id}`,
    readers: accounts(conversation.participants),
    conversation: conversation.id,
  };
}

/** Lists beyond feeds: everybody's (ours and others'), and one for each hashtag (filtered again when read). */
export function streamsOf(
  post: Pick<Post, 'audience' | 'local' | 'hashtags' | 'inReplyToIri' | 'group'>,
): string[] {
  if (post.audience === 'direct') return [];
  const tags = post.hashtags.slice(0, MOST_LISTED_TAGS).map((tag) => `tag:${tag}`);
  const listed = post.audience === 'public' && !post.inReplyToIri;
  return listed ? [post.local ? 'local' : 'remote', ...tags] : tags;
}

function accounts(ids: string[]): Reader[] {
  return unique(ids.map((id): Reader => `account:${id}`));
}

function unique<T>(items: T[]): T[] {
  return [...new Set(items)];
}
