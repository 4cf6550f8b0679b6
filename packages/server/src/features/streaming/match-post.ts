/** Which streams show a post. Who may read it at all is decided before. */

import { isInLanguage } from '../posts/post.ts';
import type { Subscription } from './connection.ts';
import type { Reading } from './reading.ts';
import type { Stream } from './stream.ts';
import type { PostFacts } from './stream-message.ts';

/** `homeOf`: whether the place where the post is comes into this person's home feed. */
export type Match = {
  post: PostFacts;
  viewer: string;
  reading: Reading;
  inHome: boolean;
  followsAnswered: boolean;
};

export function showsPost(subscription: Subscription, match: Match): boolean {
  const { stream, source } = subscription;
  const { post } = match;
  switch (stream.name) {
    case 'user':
      return isHome(match);
    case 'user:notification':
    case 'direct':
      return false;
    case 'hashtag':
      return post.streams.includes(`tag:${stream.key}`);
    case 'hashtag:local':
      return post.local && post.streams.includes(`tag:${stream.key}`);
    case 'list':
    case 'group':
      return Boolean(source) && isListed(source, match);
    default:
      return isPublic(stream, post);
  }
}

function isPublic({ name }: Stream, post: PostFacts): boolean {
  if (name.endsWith(':media') && !post.withMedia) return false;
  const wanted = name.startsWith('public:local')
    ? ['local']
    : name.startsWith('public:remote')
      ? ['remote']
      : ['local', 'remote'];
  return wanted.some((one) => post.streams.includes(one));
}

function isHome({ post, reading, inHome, viewer }: Match): boolean {
  const { elsewhere } = reading;
  if (!isInLanguage(post, reading.languages.get(post.author))) return false;
  if (post.feed && inHome) {
    const place = post.feed.slice(post.feed.indexOf(':') + 1);
    if (post.author !== viewer && elsewhere.has(place)) return false;
    if (post.feed === 'company' && elsewhere.has(post.author)) return false;
    return post.kind !== 'share' || !reading.withoutShares.has(post.author);
  }
  if (post.audience !== 'public' || elsewhere.has(post.author)) return false;
  return post.streams.some((one) => one.startsWith('tag:') && reading.tags.has(one.slice(4)));
}

function isListed(source: Subscription['source'], match: Match): boolean {
  const { post, viewer, followsAnswered } = match;
  if (!source || post.audience === 'direct') return false;
  const group = post.feed?.startsWith('group:') ? post.feed.slice('group:'.length) : null;
  if (!source.people.includes(post.author) && (!group || !source.groups.includes(group)))
    return false;
  if (!post.isAnswer) return true;
  if (source.replies === 'none' || !post.answers) return false;
  if (source.people.includes(post.answers)) return true;
  return source.replies === 'followed' && (followsAnswered || post.answers === viewer);
}
