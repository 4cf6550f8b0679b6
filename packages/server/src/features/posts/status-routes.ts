/** The client API of single posts: write, read, change. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import { AppError, type FieldProblem, notFound } from '../../platform/app-error.ts';
import {
  type Auth,
  type Endpoints,
  flag,
  hasScope,
  WEB_CLIENT,
} from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import { audienceOf, meantBy } from '../preferences/preferences.ts';
import type { EditPost } from './change-post.ts';
import type { DeletePosts } from './delete-post.ts';
import type { Audience, Post } from './post.ts';
import type { PostStore } from './post-store.ts';
import type { PostViews } from './post-view.ts';
import { plainText } from './post-view.ts';
import type { NewPost } from './posts.ts';
import { shallowQuote } from './quote-view.ts';
import type { ReadPosts } from './read-posts.ts';
import { readThread } from './read-thread.ts';
import { ids, mediaAttributes, newPoll, statusBody, VISIBILITY } from './status-body.ts';

const params = z.object({ id: z.string().refine(isId, 'is not a post id') });
/** Apps send it either way. */
const deletionOptions = z.object({ delete_media: flag.optional() });
export type StatusRouteDeps = {
  apis: Apis;
  store: PostStore;
  read: ReadPosts;
  views: PostViews;
  edit: EditPost;
  deletion: DeletePosts;
  publish: (post: NewPost) => Promise<Post>;
  lengthProblems: (text: string) => FieldProblem[];
};

export function addStatusRoutes(endpoints: Endpoints, deps: StatusRouteDeps): void {
  const { apis, store, read, views, edit, deletion, publish } = deps;

  const rules = ({ status }: Record<string, unknown>) =>
    typeof status === 'string' ? deps.lengthProblems(status) : [];

  const one = async (post: Post, viewer: Account | null) => {
    const [status] = await views.present([post], viewer);
    if (!status) throw notFound();
    return status;
  };

  /** Without sign-in only an open server shows its public posts. */
  async function visible(id: string, viewer: Account | null): Promise<Post> {
    if (!viewer && apis.policy.mode() !== 'open')
      throw new AppError('unauthenticated', 'This method requires an authenticated user');
    const post = await read.visible(id, viewer);
    if (!post) throw notFound();
    return post;
  }

  async function audience(
    account: Account,
    auth: Auth | null,
    visibility?: string | null,
  ): Promise<Audience> {
    const preferences = await apis.preferences.of(account._id);
    const isOurs = auth?.appId === WEB_CLIENT;
    const meant = isOurs ? visibility : meantBy(visibility, preferences);
    return (meant && VISIBILITY[meant]) || audienceOf(preferences.visibility);
  }

  async function placeOf(
    account: Account,
    auth: Auth | null,
    body: z.output<typeof statusBody>,
  ): Promise<Audience> {
    if (body.conversation_id) return 'direct';
    return body.group_id ? 'group' : audience(account, auth, body.visibility);
  }

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/statuses',
      summary: 'Post, comment, or write a message',
      idempotent: true,
      auth: 'member',
      scope: 'write:statuses',
      body: statusBody,
      rules,
    },
    async ({ account, auth, body, ctx }) => {
      const preferences = await apis.preferences.of(account._id);
      const content = {
        text: body.status,
        media: body.media_ids,
        inReplyTo: body.in_reply_to_id || undefined,
        quote: body.quoted_status_id || undefined,
        quotePolicy: body.quote_approval_policy ?? preferences.quotePolicy,
        sensitive: body.sensitive ?? (preferences.sensitive || undefined),
        warning: body.spoiler_text ?? undefined,
        audience: await placeOf(account, auth, body),
        conversation: body.conversation_id || undefined,
        language: body.language ?? undefined,
        group: body.group_id || undefined,
        poll: newPoll(body.poll),
        event: body.event ?? undefined,
        praise: body.praise ?? undefined,
        ...(body.must_read && { mustRead: true }),
      };
      const idempotencyKey = ctx.get('idempotency-key').slice(0, 200) || undefined;
      if (body.scheduled_at) {
        const at = body.scheduled_at.getTime();
        return apis.scheduled.schedule({ author: account, content, at, idempotencyKey });
      }
      const post = await publish({ author: account, ...content, idempotencyKey });
      return one(post, account);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/statuses',
      summary: 'Several posts by id',
      auth: 'optional',
      scope: 'read:statuses',
      query: z.object({ id: ids }),
    },
    async ({ account, query }) => {
      if (!account && apis.policy.mode() !== 'open')
        throw new AppError('unauthenticated', 'This method requires an authenticated user');
      return views.present(await read.visibleEach(query.id, account), account);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/statuses/:id',
      summary: 'A post',
      auth: 'optional',
      scope: 'read:statuses',
      params,
    },
    async ({ account, params: { id } }) => one(await visible(id, account), account),
  );

  endpoints.define(
    {
      method: 'put',
      path: '/api/v1/statuses/:id',
      summary: 'Edit the own post',
      auth: 'member',
      scope: 'write:statuses',
      params,
      body: statusBody
        .pick({
          status: true,
          spoiler_text: true,
          sensitive: true,
          language: true,
          poll: true,
          event: true,
          praise: true,
          quote_approval_policy: true,
        })
        .extend({ media_ids: ids.optional(), media_attributes: mediaAttributes.optional() }),
      rules,
    },
    async ({ account, params: { id }, body }) => {
      const edited = await edit(id, account, {
        text: body.status,
        warning: body.spoiler_text ?? undefined,
        sensitive: body.sensitive ?? undefined,
        language: body.language ?? undefined,
        media: body.media_ids,
        poll: newPoll(body.poll),
        event: body.event ?? undefined,
        praise: body.praise ?? undefined,
        described: body.media_attributes,
        quotePolicy: body.quote_approval_policy ?? undefined,
      });
      return one(edited, account);
    },
  );

  endpoints.define(
    {
      method: 'delete',
      path: '/api/v1/statuses/:id',
      summary: 'Delete the own post (moderators: of their group)',
      auth: 'member',
      scope: 'write:statuses',
      params,
      query: deletionOptions,
      body: deletionOptions,
    },
    async ({ account, auth, params: { id }, query, body }) => {
      const post = await visible(id, account);
      const status = await one(post, account);
      const asStaff = hasScope(auth?.scopes ?? [], 'admin:write:statuses');
      const keepFiles = !(query.delete_media ?? body.delete_media);
      await deletion.remove(id, account, { asStaff, keepFiles });
      // As they are now: links of before have ended.
      const files = await apis.media.present(post.media);
      const media = post.media.flatMap((file) => files.get(file) ?? []);
      return { ...status, media_attachments: media, text: plainText(post) };
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/statuses/:id/context',
      summary: 'What a post answers, and its answers',
      auth: 'optional',
      scope: 'read:statuses',
      params,
    },
    async ({ account, params: { id } }) => {
      const post = await visible(id, account);
      if (account) apis.freshness.threadOpened(post);
      const { ancestors, descendants } = await readThread(store, post);
      const [above, below] = await Promise.all(
        [ancestors, descendants].map((posts) =>
          read
            .visibleOf(posts, account, { hideMuted: true })
            .then((seen) => views.present(seen, account)),
        ),
      );
      return { ancestors: above, descendants: below };
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/statuses/:id/source',
      summary: 'The text of a post as it was written',
      auth: 'member',
      scope: 'read:statuses',
      params,
    },
    async ({ account, params: { id } }) => {
      const post = await visible(id, account);
      return { id: post._id, text: plainText(post), spoiler_text: post.warning };
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/statuses/:id/history',
      summary: 'Earlier versions of a post',
      auth: 'optional',
      scope: 'read:statuses',
      params,
    },
    async ({ account, params: { id } }) => {
      const post = await visible(id, account);
      const author = (await apis.accounts.present([post.author])).get(post.author);
      const [status] = post.quote ? await views.present([post], account) : [];
      const versions = [
        ...(post.edits ?? []),
        {
          at: post.editedAt ?? post.publishedAt,
          html: post.html,
          title: post.warning,
          media: post.media,
          poll: post.poll?.options,
        },
      ];
      const media = await apis.media.present([
        ...new Set(versions.flatMap((version) => version.media)),
      ]);
      return versions.map((version) => ({
        content: version.html,
        spoiler_text: version.title,
        sensitive: post.sensitive,
        created_at: new Date(version.at).toISOString(),
        account: author,
        media_attachments: version.media.flatMap((one) => media.get(one) ?? []),
        emojis: [],
        quote: shallowQuote(status?.quote),
        poll: version.poll ? { options: version.poll.map((title) => ({ title })) } : null,
      }));
    },
  );
}
