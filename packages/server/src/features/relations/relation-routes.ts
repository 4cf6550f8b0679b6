/** The client API of what one does to an account: follow, answer a request, block, mute, note. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { createBlockPeople } from './block-people.ts';
import { createFindTarget } from './find-target.ts';
import type { FollowPeople } from './follow-people.ts';
import { idList } from './relation-list-routes.ts';
import type { RelationStore } from './relation-store.ts';
import type { createRelationshipViews } from './relationship-view.ts';

const params = z.object({ id: z.string().refine(isId, 'is not an account id') });
/** ISO 639-1; an empty one stands for all, as forms say it. */
const languageList = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z
    .array(z.string().trim().toLowerCase())
    .max(50)
    .transform((all) => [...new Set(all.filter((one) => one !== ''))])
    .pipe(z.array(z.string().regex(/^[a-z]{2,3}(-[a-z0-9]{2,8})?$/, 'is not a language'))),
);
const NOTE_CHARACTERS = 2000;

export function addRelationRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    store: RelationStore;
    follows: FollowPeople;
    blocks: ReturnType<typeof createBlockPeople>;
    relationships: ReturnType<typeof createRelationshipViews>;
  },
): void {
  const { kit, apis, store, follows, blocks, relationships } = deps;

  const target = createFindTarget(apis);
  const relationship = async (viewer: Account, id: string) =>
    (await relationships(viewer, [id]))[0];

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts/relationships',
      summary: 'How I stand to these accounts',
      auth: 'member',
      scope: 'read:follows',
      query: z.object({ id: idList }),
    },
    async ({ account, query }) => {
      const known = await apis.accounts.getMany(query.id);
      const hidden = await apis.groups.hiddenFor(
        account,
        known.map((one) => one._id),
      );
      return relationships(
        account,
        known.map((one) => one._id).filter((id) => !hidden.has(id)),
      );
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/accounts/:id/follow',
      summary: 'Follow a person, or join a group',
      auth: 'member',
      scope: 'write:follows',
      params,
      body: z.object({
        reblogs: flag.optional(),
        notify: flag.optional(),
        languages: languageList.optional(),
      }),
    },
    async ({ account, params: { id }, body }) => {
      const other = await target(account, id);
      if (other.kind === 'group') await apis.groups.join(account, id, { notify: body.notify });
      else
        await follows.follow(account, other, {
          showShares: body.reblogs,
          notify: body.notify,
          languages: body.languages,
        });
      return relationship(account, id);
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/accounts/:id/unfollow',
      summary: 'Stop following, or leave a group',
      auth: 'member',
      scope: 'write:follows',
      params,
    },
    async ({ account, params: { id } }) => {
      const other = await target(account, id);
      if (other.kind === 'group') await apis.groups.leave(account, id);
      else await follows.unfollow(account, other);
      return relationship(account, id);
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/accounts/:id/remove_from_followers',
      summary: 'Make somebody stop following me',
      auth: 'member',
      scope: 'write:follows',
      params,
    },
    async ({ account, params: { id } }) => {
      await target(account, id);
      const follow = await store.followOf(id, account._id);
      if (follow) await follows.end(follow, 'follow.rejected');
      return relationship(account, id);
    },
  );

  for (const [verb, act] of [
    ['block', blocks.block],
    ['unblock', blocks.unblock],
  ] as const) {
    endpoints.define(
      {
        method: 'post',
        path: `/api/v1/accounts/:id/${verb}`,
        summary: `${verb} an account`,
        auth: 'member',
        scope: 'write:blocks',
        params,
      },
      async ({ account, params: { id } }) => {
        await act(account, await target(account, id));
        return relationship(account, id);
      },
    );
  }

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/accounts/:id/mute',
      summary: 'Hide somebody; duration in seconds, 0 for ever',
      auth: 'member',
      scope: 'write:mutes',
      params,
      body: z.object({
        notifications: flag.optional(),
        duration: z.coerce.number().int().min(0).max(31_536_000).optional(),
      }),
    },
    async ({ account, params: { id }, body }) => {
      await target(account, id);
      const now = kit.clock.now();
      await store.setMute({
        _id: kit.nextId(),
        account: account._id,
        target: id,
        notifications: body.notifications ?? true,
        createdAt: now,
        ...(body.duration && { expiresAt: new Date(now + body.duration * 1000) }),
      });
      return relationship(account, id);
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/accounts/:id/unmute',
      summary: 'Show somebody again',
      auth: 'member',
      scope: 'write:mutes',
      params,
    },
    async ({ account, params: { id } }) => {
      await target(account, id);
      await store.removeMute(account._id, id);
      return relationship(account, id);
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/accounts/:id/note',
      summary: 'A private note on somebody',
      auth: 'member',
      scope: 'write:accounts',
      params,
      body: z.object({ comment: z.string().max(NOTE_CHARACTERS).default('') }),
    },
    async ({ account, params: { id }, body }) => {
      await target(account, id);
      await store.setNote({
        _id: kit.nextId(),
        account: account._id,
        target: id,
        text: body.comment,
      });
      return relationship(account, id);
    },
  );

  for (const [verb, answer] of [
    ['authorize', follows.accept],
    [
      'reject',
      (follow: Parameters<FollowPeople['end']>[0]) => follows.end(follow, 'follow.rejected'),
    ],
  ] as const) {
    endpoints.define(
      {
        method: 'post',
        path: `/api/v1/follow_requests/:id/${verb}`,
        summary: `${verb} a follow request`,
        auth: 'member',
        scope: 'write:follows',
        params,
      },
      async ({ account, params: { id } }) => {
        const follow = await store.followOf(id, account._id);
        if (follow?.state !== 'requested') throw notFound();
        await answer(follow);
        return relationship(account, id);
      },
    );
  }
}
