/** Groups in the client API. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError, notFound } from '../../platform/app-error.ts';
import type { UploadedFile } from '../../platform/http/body.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { DiscoverGroups } from './discover-groups.ts';
import type { FindGroup } from './find-group.ts';
import type { Group } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import type { GroupViews } from './group-view.ts';
import type { LearnGroup } from './learn-group.ts';
import type { ManageGroup } from './manage-group.ts';
import type { PinPost } from './pin-post.ts';

const BASE = '/api/mitoyen/v1/groups';
const byId = z.object({ id: z.string() });
const access = z.enum(['open', 'closed', 'secret']);
/** `all`, `none`, or hosts as a list or with commas. */
const partners = z.preprocess(
  (value) => {
    if (value === 'all' || value === undefined) return value;
    if (value === 'none' || value === '') return [];
    return typeof value === 'string' ? value.split(',').map((host) => host.trim()) : value;
  },
  z.union([
    z.literal('all'),
    z
      .array(
        z
          .string()
          .toLowerCase()
          .regex(/^[a-z0-9.:[\]-]{1,255}$/),
      )
      .max(500),
  ]),
);
const description = z.string().max(5000);
const username = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,30}$/, 'has only letters, digits and _, at most 30');

const newGroup = z.object({
  name: z.string().trim().min(1).max(100),
  username: username.optional(),
  description: description.optional(),
  access: access.default('open'),
  posting_restricted: flag.optional(),
  partners: partners.optional(),
});
const settings = z.object({
  name: z.string().trim().min(1).max(100).optional(),
  description: description.optional(),
  access: access.optional(),
  posting_restricted: flag.optional(),
  partners: partners.optional(),
});

export type GroupRouteParts = GroupDeps & {
  finder: FindGroup;
  manage: ManageGroup;
  discover: DiscoverGroups;
  learner: LearnGroup;
  pins: PinPost;
  views: GroupViews;
};

export function addGroupRoutes(endpoints: Endpoints, parts: GroupRouteParts): void {
  const { kit, apis, finder, manage, discover, learner, pins, views } = parts;

  async function presentOne(group: Group, viewer: Account) {
    const [view] = await views.present([group], viewer);
    if (!view) throw notFound();
    return view;
  }

  endpoints.define(
    {
      method: 'get',
      path: BASE,
      summary: 'Groups that I may know of, newest first; `mine`: those I am a member of',
      auth: 'member',
      scope: 'read:accounts',
      query: pageQuery.extend({ filter: z.enum(['all', 'mine', 'discover']).default('all') }),
    },
    async ({ account, query }) => {
      const found = await discover.list(account, query.filter, idPageOf(query));
      return idPage(await views.present(found.groups, account), found.ids, query.limit);
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: BASE,
      summary: 'Make a group, with me as its admin',
      auth: 'member',
      scope: 'write:accounts',
      body: newGroup,
      maxFileBytes: () => kit.config.media.max_image_bytes,
      files: ['avatar', 'header'],
    },
    async ({ account, body, files }) => {
      const { posting_restricted: postingRestricted, ...rest } = body;
      const group = await manage.create({ ...rest, postingRestricted, createdBy: account });
      const pictures = await readPictures(files);
      const made = pictures ? await manage.update(group._id, account, pictures) : group;
      return presentOne(made, account);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: `${BASE}/lookup`,
      summary: 'Find a group by its handle, also at a partner',
      auth: 'member',
      scope: 'read:accounts',
      query: z.object({ handle: z.string().min(1).max(320) }),
    },
    async ({ account, query }) => {
      const handle = query.handle.trim().replace(/^[@!]/, '');
      const found = await resolve(handle);
      if (found?.kind !== 'group') throw notFound();
      await learner.learn(found);
      const { group } = await finder.known(found._id, account);
      return presentOne(group, account);
    },
  );

  async function resolve(handle: string): Promise<Account | null> {
    return (
      (await apis.accounts.byHandle(handle)) ??
      (handle.includes('@') ? apis.accounts.resolveHandle(handle) : null)
    );
  }

  endpoints.define(
    {
      method: 'get',
      path: `${BASE}/:id`,
      summary: 'One group',
      auth: 'member',
      scope: 'read:accounts',
      params: byId,
    },
    async ({ account, params }) =>
      presentOne((await finder.known(params.id, account)).group, account),
  );

  endpoints.define(
    {
      method: 'patch',
      path: `${BASE}/:id`,
      summary: 'Change name, description, access, pictures and other settings',
      auth: 'member',
      scope: 'write:accounts',
      params: byId,
      body: settings,
      maxFileBytes: () => kit.config.media.max_image_bytes,
      files: ['avatar', 'header'],
    },
    async ({ account, params, body, files }) => {
      const { posting_restricted: postingRestricted, ...rest } = body;
      const change = { ...rest, postingRestricted, ...(await readPictures(files)) };
      return presentOne(await manage.update(params.id, account, change), account);
    },
  );

  endpoints.define(
    {
      method: 'delete',
      path: `${BASE}/:id`,
      summary: 'Delete a group with everything in it',
      auth: 'member',
      scope: 'write:accounts',
      params: byId,
    },
    ({ account, params }) => manage.remove(params.id, account),
  );

  endpoints.define(
    {
      method: 'get',
      path: `${BASE}/:id/posts`,
      summary: 'Posts of a group, newest first; `pinned`: those that moderators pinned',
      auth: 'member',
      scope: 'read:statuses',
      params: byId,
      query: pageQuery.extend({ pinned: flag.optional() }),
    },
    async ({ account, params, query }) => {
      const { group } = await finder.inside(params.id, account);
      if (query.pinned) return presentPinned(group, account);
      const posts = await apis.posts.feed([`group:${group._id}`], account, {
        maxId: query.max_id,
        sinceId: query.since_id,
        minId: query.min_id,
        limit: query.limit,
      });
      const ids = posts.map((post) => post._id);
      return idPage(await apis.posts.presentIn('home', posts, account), ids, query.limit);
    },
  );

  async function presentPinned(group: Group, viewer: Account) {
    const posts = await Promise.all(group.pinned.map((id) => apis.posts.visible(id, viewer)));
    return apis.posts.present(
      posts.filter((post) => post !== null),
      viewer,
    );
  }

  const pin = { auth: 'member', scope: 'write:accounts' } as const;
  const pinParams = z.object({ id: z.string(), status: z.string() });
  endpoints.define(
    {
      ...pin,
      method: 'post',
      path: `${BASE}/:id/pins/:status`,
      summary: 'Pin a post to the top of the group (moderators)',
      params: pinParams,
    },
    ({ account, params }) => pins.pin(params.id, account, params.status),
  );
  endpoints.define(
    {
      ...pin,
      method: 'delete',
      path: `${BASE}/:id/pins/:status`,
      summary: 'Unpin a post (moderators)',
      params: pinParams,
    },
    ({ account, params }) => pins.unpin(params.id, account, params.status),
  );
}

async function readPictures(
  files: Record<string, UploadedFile>,
): Promise<{ avatar?: Buffer; header?: Buffer } | null> {
  const { avatar, header, ...others } = files;
  const unknown = Object.keys(others)[0];
  if (unknown) throw new AppError('invalid', `Validation failed: ${unknown} takes no file`);
  if (!avatar && !header) return null;
  return {
    ...(avatar && { avatar: await readFile(avatar.path) }),
    ...(header && { header: await readFile(header.path) }),
  };
}
