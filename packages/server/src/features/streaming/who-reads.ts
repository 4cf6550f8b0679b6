/** Of many viewers at once: who may read a post, and into whose home feed it comes. Asked anew for each post. */
import type { Apis } from '../../apis.ts';
import { isColleague } from '../accounts/account.ts';
import { mayRead } from '../posts/post.ts';
import type { Viewer } from './hub.ts';
import type { PostFacts } from './stream-message.ts';

export type Readers = {
  reads: (viewer: Viewer) => boolean;
  inHome: (viewer: Viewer) => boolean;
};

export type WhoReads = ReturnType<typeof createWhoReads>;

export function createWhoReads(deps: { apis: Apis }) {
  const { apis } = deps;

  return async function whoReads(post: PostFacts, viewers: Viewer[]): Promise<Readers> {
    const wall = idAfter(post.feed ?? '', 'wall:');
    const place = idAfter(post.feed ?? '', 'group:');
    const of = (kind: string) => post.readers.flatMap((one) => idAfter(one, kind) ?? []);
    const followed = new Set([...of('followers:'), ...(wall ? [wall] : [])]);
    const groups = new Set([...of('group:'), ...(place ? [place] : [])]);
    const ids = viewers.map((viewer) => viewer.account._id);
    const [followers, members, hiding] = await Promise.all([
      setsOf(followed, async (author) => [
        ...(await apis.relations.followersSince(author, ids)).keys(),
      ]),
      setsOf(groups, (group) => apis.groups.membersAmong(group, ids)),
      apis.relations.hiddenFrom(ids, post.author),
    ]);

    function tokensOf({ account }: Viewer): Set<string> {
      const tokens = new Set<string>(['public', `account:${account._id}`]);
      if (isColleague(account)) tokens.add('company');
      for (const [id, set] of followers) if (set.has(account._id)) tokens.add(`followers:${id}`);
      for (const [id, set] of members) if (set.has(account._id)) tokens.add(`group:${id}`);
      return tokens;
    }

    return {
      reads: (viewer) =>
        !hiding.has(viewer.account._id) && mayRead(post, viewer.account._id, tokensOf(viewer)),
      inHome: ({ account }) => {
        if (post.feed === 'company') return isColleague(account);
        if (wall) return wall === account._id || followers.get(wall)?.has(account._id) === true;
        return place !== null && members.get(place)?.has(account._id) === true;
      },
    };
  };
}

async function setsOf(
  ids: Set<string>,
  find: (id: string) => Promise<string[]>,
): Promise<Map<string, Set<string>>> {
  const sets = await Promise.all(
    [...ids].map(async (id) => [id, new Set(await find(id))] as const),
  );
  return new Map(sets);
}

function idAfter(text: string, kind: string): string | null {
  return text.startsWith(kind) ? text.slice(kind.length) : null;
}
