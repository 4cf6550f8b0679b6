/** Report <-> Flag: pure. */
import { htmlToText, type JsonObject, NOTE_CONTEXT, objectIds } from '@mitoyen/federation';
import { MOST_POSTS, REMOTE_COMMENT_CHARACTERS } from './report.ts';

/** By an actor of its own: the other server need not know who reports. */
export function buildFlag(flag: {
  id: string;
  reporter: string;
  /** The group that it happened in; else its server is told. Lemmy wants one of the two. */
  group?: string;
  target: string;
  posts: string[];
  comment: string;
}): JsonObject & { id: string } {
  return {
    '@context': NOTE_CONTEXT,
    id: flag.id,
    type: 'Flag',
    actor: flag.reporter,
    to: [flag.group ?? new URL('/', flag.target).href],
    object: [flag.target, ...flag.posts],
    content: flag.comment,
  };
}

/** The ids that a Flag names (accounts and posts mixed), and its words. */
export function readFlag(activity: JsonObject): { ids: string[]; comment: string } {
  // Mastodon's word for it, or Lemmy's.
  const content = activity.content ?? activity.summary;
  return {
    ids: objectIds(activity.object).slice(0, MOST_POSTS + 1),
    comment:
      typeof content === 'string' ? htmlToText(content).slice(0, REMOTE_COMMENT_CHARACTERS) : '',
  };
}
