/** Editing and deleting, here and from the origin. */
import type { RemoteNote } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { Post, PostEdit } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { createPostText } from './post-text.ts';
import { countedIn } from './publish-post.ts';
import type { ReactionStore } from './reaction-store.ts';
import type { ReadPosts } from './read-posts.ts';
import { contentOf } from './receive-post.ts';

const MOST_EDITS = 50;

export type PostChange = {
  text: string;
  warning?: string;
  sensitive?: boolean;
  language?: string;
  media?: string[];
};

export type ChangePosts = ReturnType<typeof createChangePosts>;

export function createChangePosts(deps: {
  kit: Kit;
  apis: Apis;
  store: PostStore;
  reactions: ReactionStore;
  read: ReadPosts;
  text: ReturnType<typeof createPostText>;
}) {
  const { kit, apis, store, reactions, read, text } = deps;

  /** The author's own post; the same answer for "not there" and "not yours to see". */
  async function own(id: string, author: Account): Promise<Post> {
    const post = await read.visible(id, author);
    if (!post || post.deletedAt) throw notFound();
    if (post.author !== author._id || !post.local) throw forbidden('This post is not yours');
    return post;
  }

  async function edit(id: string, author: Account, change: PostChange): Promise<Post> {
    const post = await own(id, author);
    const media = change.media ?? post.media;
    text.check(change.text, media);
    const added = media.filter((one) => !post.media.includes(one));
    await apis.media.attach(added, author._id, post._id);
    const rendered = await text.render(change.text, author);
    const edited = await store.change(
      id,
      { deletedAt: { $exists: false } },
      {
        set: {
          html: rendered.html,
          source: change.text,
          mentions: rendered.mentions,
          hashtags: rendered.hashtags,
          warning: change.warning ?? '',
          sensitive: change.sensitive ?? Boolean(change.warning),
          language: change.language ?? post.language,
          media,
          editedAt: kit.clock.now(),
        },
        push: { edits: { $each: [historyOf(post)], $slice: -MOST_EDITS } },
      },
      kit.pending.entry('post.edited'),
    );
    if (!edited) throw notFound();
    await kit.pending.kick('posts', id);
    return edited;
  }

  /** The origin says that a post changed. Older or repeated news change nothing. */
  async function receiveEdit(post: Post, note: RemoteNote): Promise<boolean> {
    const at = note.updated ?? kit.clock.now();
    const html = contentOf(note);
    if (
      post.deletedAt ||
      at <= (post.editedAt ?? post.publishedAt) ||
      (html === post.html && (note.summary ?? '') === post.warning)
    )
      return false;
    const edited = await store.change(
      post._id,
      {
        deletedAt: { $exists: false },
        $or: [{ editedAt: { $exists: false } }, { editedAt: { $lt: at } }],
      },
      {
        set: {
          html,
          title: note.name ?? '',
          warning: note.summary ?? '',
          sensitive: note.sensitive,
          hashtags: note.tags.hashtags,
          editedAt: at,
        },
        push: { edits: { $each: [historyOf(post)], $slice: -MOST_EDITS } },
      },
    );
    return edited !== null;
  }

  /** The author deletes, or a moderator of its group removes. */
  async function remove(id: string, by: Account): Promise<void> {
    const post = await read.visible(id, by);
    if (!post) throw notFound();
    const isAuthor = post.author === by._id;
    const moderates =
      post.group !== undefined && (await apis.groups.mayModerate(by._id, post.group));
    const staff = by.role === 'admin' || by.role === 'moderator';
    if (!isAuthor && !moderates && !(staff && post.audience !== 'direct'))
      throw forbidden('This post is not yours');
    await erase(post, { by: isAuthor ? undefined : by._id });
  }

  /** Leaves a tombstone without content; its event tells everybody who had the post. */
  async function erase(post: Post, options: { by?: string }): Promise<void> {
    const data = options.by ? { by: options.by } : undefined;
    const event = kit.pending.entry('post.deleted', data);
    if (!(await entomb(post, event))) return;
    await kit.pending.kick('posts', post._id);
  }

  /** The origin (or the group's home) says that it is gone. */
  async function receiveDelete(post: Post): Promise<boolean> {
    if (!(await entomb(post))) return false;
    await kit.events.emit({ name: 'post.deleted', id: post._id, local: false, data: {} });
    return true;
  }

  async function entomb(post: Post, event?: ReturnType<Kit['pending']['entry']>): Promise<boolean> {
    const gone = await store.change(
      post._id,
      { deletedAt: { $exists: false } },
      {
        set: {
          deletedAt: kit.clock.now(),
          html: '',
          source: '',
          title: '',
          warning: '',
          media: [],
          hashtags: [],
          streams: [],
          edits: [],
          reactions: {},
        },
        unset: ['feed', 'pinnedAt', 'card', 'idempotencyKey', 'orphanOf'],
      },
      event,
    );
    if (!gone) return false;
    const parent = post.inReplyTo ? { _id: post.inReplyTo } : null;
    await Promise.all([
      post.audience === 'direct' ? undefined : apis.accounts.addCounts(post.author, { posts: -1 }),
      ...countedIn(post, parent).map((id) =>
        store.addCounts({ id, inc: { 'counts.comments': -1 } }),
      ),
      apis.media.removeOf({ attachedTo: post._id }),
      apis.notifications.withdraw({ post: post._id }),
      reactions.purgePosts([post._id]),
    ]);
    return true;
  }

  /** A Delete that came before its Create: the id is remembered, so that the Create is ignored. */
  async function rememberDeleted(iri: string, author: Account): Promise<void> {
    await store.insert({
      _id: kit.nextId(),
      kind: 'post',
      iri,
      url: iri,
      author: author._id,
      local: false,
      host: new URL(iri).host,
      place: `wall:${author._id}`,
      audience: 'direct',
      readers: [],
      streams: [],
      html: '',
      source: '',
      title: '',
      warning: '',
      sensitive: false,
      media: [],
      mentions: [],
      hashtags: [],
      counts: { comments: 0, reactions: 0, shares: 0 },
      reactions: {},
      publishedAt: kit.clock.now(),
      deletedAt: kit.clock.now(),
    });
  }

  return { own, edit, receiveEdit, remove, erase, receiveDelete, rememberDeleted };
}

function historyOf(post: Post): PostEdit {
  return {
    at: post.editedAt ?? post.publishedAt,
    html: post.html,
    source: post.source,
    title: post.warning,
    media: post.media,
  };
}
