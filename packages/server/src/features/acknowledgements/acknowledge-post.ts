/** Somebody confirms to have read; who may know who did. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import { type Account, isStaff } from '../accounts/account.ts';
import type { Post } from '../posts/post.ts';
import type { AcknowledgementStore } from './acknowledgement-store.ts';

const PEOPLE_PAGE = 500;
const MOST_PEOPLE = 20_000;

export type AcknowledgePosts = ReturnType<typeof createAcknowledgePosts>;

export function createAcknowledgePosts(deps: {
  kit: Kit;
  apis: Apis;
  store: AcknowledgementStore;
}) {
  const { kit, apis, store } = deps;

  async function find(id: string, viewer: Account): Promise<Post> {
    const post = await apis.posts.visible(id, viewer);
    if (!post) throw notFound();
    if (!post.mustRead) throw new AppError('not_found', 'Nobody has to confirm this post');
    return post;
  }

  async function acknowledge(id: string, account: Account): Promise<Post> {
    const post = await find(id, account);
    if (post.author === account._id)
      throw invalid({ field: 'id', code: 'ERR_INVALID', message: 'is your own post' });
    const row = {
      _id: kit.nextId(),
      post: post._id,
      account: account._id,
      at: kit.clock.now(),
      pending: [kit.pending.entry('post.acknowledged')],
    };
    if (await store.add(row)) await kit.pending.kick('acknowledgements', row._id);
    return post;
  }

  /** The author, moderators of the group, and the staff where the app may do what only they do. */
  async function mayKnowWho(
    post: Post,
    viewer: Account,
    { asStaff }: { asStaff: boolean },
  ): Promise<boolean> {
    if (post.author === viewer._id) return true;
    if (asStaff && isStaff(viewer)) return true;
    return post.group !== undefined && apis.groups.mayModerate(viewer._id, post.group);
  }

  /** People here who are to read it: the group's members, else all colleagues; not its author. */
  async function expected(post: Post): Promise<string[]> {
    const all = post.group ? await apis.groups.localMembers(post.group) : await colleagues();
    return all.filter((id) => id !== post.author);
  }

  /** How many have read it of how many: who is elsewhere is counted from when they confirm. */
  async function counted(post: Post): Promise<{ readers: number; expected: number }> {
    const [here, readers] = await Promise.all([expected(post), store.readers(post._id)]);
    return { readers: readers.size, expected: new Set([...here, ...readers]).size };
  }

  async function colleagues(): Promise<string[]> {
    const ids: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await apis.accounts.people({ limit: PEOPLE_PAGE, ...(after && { after }) });
      const here = page.filter((one) => one.state === 'active' && one.role !== 'guest');
      ids.push(...here.map((one) => one._id));
      after = page.at(-1)?.username;
      if (page.length < PEOPLE_PAGE || ids.length >= MOST_PEOPLE || !after) return ids;
    }
  }

  async function waiting(
    id: string,
    viewer: Account,
    how: { asStaff: boolean },
  ): Promise<string[]> {
    const post = await find(id, viewer);
    if (!(await mayKnowWho(post, viewer, how)))
      throw forbidden('Only its author and moderators may know this');
    const [wanted, readers] = await Promise.all([expected(post), store.readers(post._id)]);
    return wanted.filter((one) => !readers.has(one));
  }

  return { find, acknowledge, mayKnowWho, expected, counted, waiting };
}
