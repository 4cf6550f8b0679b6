/** `Read` (AS2): somebody has read a post or message, told only where both servers want it. */
import { buildActivityDocument, type JsonObject } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import type { Post } from './post.ts';

export function readActivity(
  post: Post,
  parties: { reader: Account; author: Account },
): JsonObject & { id: string } {
  const { reader, author } = parties;
  return buildActivityDocument('Read', {
    id: `${reader.iri}#reads/${post._id}`,
    actor: reader.iri,
    object: post.iri,
    to: [author.iri],
  });
}
