/** Copies that were set aside, as admins see them. */
import type { Apis } from '../../apis.ts';
import type { FrozenPost } from '../posts/frozen-post-store.ts';

export async function presentFrozen(apis: Pick<Apis, 'accounts'>, copies: FrozenPost[]) {
  const authors = await apis.accounts.getMany([...new Set(copies.map(({ author }) => author))]);
  const handles = new Map(authors.map(({ _id, handle }) => [_id, handle]));
  return copies.map((copy) => ({
    id: copy._id,
    uri: copy.iri,
    author: handles.get(copy.author) ?? null,
    audience: copy.audience,
    published_at: new Date(copy.publishedAt).toISOString(),
    frozen_at: new Date(copy.frozenAt).toISOString(),
    in_reply_to_uri: copy.inReplyToIri ?? null,
    title: copy.title,
    spoiler_text: copy.warning,
    content: copy.html,
  }));
}
