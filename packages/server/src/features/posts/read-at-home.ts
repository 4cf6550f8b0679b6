/**
 * Reads a post whose copy here is not whole: it is fetched from its origin for this one reading,
 * and nothing of it is stored.
 */
import { readNote } from '@mitoyen/federation';
import { sameIri } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { descriptionOf, htmlOf } from './compose-remote.ts';
import type { Post } from './post.ts';
import type { ReadPosts } from './read-posts.ts';

export type ReadAtHome = (id: string, viewer: Account) => Promise<Post>;

export function createReadAtHome(deps: { kit: Kit; apis: Apis; read: ReadPosts }): ReadAtHome {
  const { kit, apis, read } = deps;

  /** AppError `unavailable` where the origin does not answer. */
  return async function readAtHome(id, viewer) {
    const post = await read.visible(id, viewer);
    if (!post) throw notFound();
    if (!post.copy) return post;
    const limit = kit.config.limits.home_reads_per_hour;
    await kit.rateLimiter.take({
      name: 'home-reads',
      key: viewer._id,
      limit,
      windowSeconds: 3600,
    });
    const author = await apis.accounts.get(post.author);
    const fetched = await fromOrigin(post);
    if (fetched.kind === 'gone' || !author) throw notFound();
    const note = fetched.kind === 'ok' ? readNote(fetched.document) : null;
    if (!note || !sameIri(note.id, post.iri) || !sameIri(note.attributedTo, author.iri))
      throw new AppError('unavailable', 'The server that keeps this post does not give it now');
    return {
      ...post,
      html: post.event ? descriptionOf(note) : htmlOf(note),
      title: note.name ?? '',
      warning: note.summary ?? '',
    };
  };

  /** Its author's server, which may want the group's word for us. */
  async function fromOrigin(post: Post) {
    const first = await kit.remote.document(post.iri);
    if (first.kind === 'ok' || first.kind === 'failed' || !post.group) return first;
    const group = await apis.accounts.get(post.group);
    const authorization = group && (await apis.groups.tokenFrom(group));
    return authorization ? kit.remote.document(post.iri, { authorization }) : first;
  }
}
