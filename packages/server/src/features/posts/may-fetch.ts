/** Which servers may see a post at its id: those where somebody may read it. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Peer } from '../../platform/http/endpoints.ts';
import { type Post, scopeOf } from './post.ts';

export type MayFetch = (post: Post, peer: Peer | null) => Promise<boolean>;

export function createMayFetch(deps: { apis: Apis }): MayFetch {
  const { apis } = deps;

  return async function mayFetch(post, peer) {
    if (post.audience === 'company') return false;
    // What the agreement does not cover is not to be had by asking either.
    if (peer && !apis.policy.allows(peer.host, scopeOf(post), post.group)) return false;
    // Nor what the group is not for, whoever could read it when it was posted.
    if (post.group && !(await apis.groups.admits(post.group, peer?.host ?? null))) return false;
    const author = await apis.accounts.get(post.author);
    if (author?.state !== 'active') return false;
    if (post.readers.includes('public')) return true;
    if (!peer) return false;
    if (post.group && post.audience === 'group') {
      const readers = post.readers.includes('company') ? 'companies' : 'members';
      return (
        post.readers.includes(`group:${post.group}`) &&
        apis.groups.mayFetch(post.group, peer, readers)
      );
    }
    if (await namesSomebodyAt(post, peer.host)) return true;
    return post.audience === 'followers' && hasFollowersAt(post, peer.host);
  };

  async function namesSomebodyAt(post: Post, host: string): Promise<boolean> {
    const named = await apis.accounts.getMany(readersOf(post, 'account:'));
    return named.some((account) => account.domain !== null && iriHost(account.iri) === host);
  }

  async function hasFollowersAt(post: Post, host: string): Promise<boolean> {
    for (const account of readersOf(post, 'followers:')) {
      if (await apis.relations.hasFollowersAt(account, host)) return true;
    }
    return false;
  }
}

function readersOf(post: Post, kind: 'account:' | 'followers:'): string[] {
  return post.readers
    .filter((reader) => reader.startsWith(kind))
    .map((reader) => reader.slice(kind.length));
}
