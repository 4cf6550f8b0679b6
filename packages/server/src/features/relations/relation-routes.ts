/** The client API of follows, follow requests, blocks, mutes and private notes. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag, idPage, Page, pageQuery } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { AccountView } from '../accounts/accounts.ts';
import type { createBlockPeople } from './block-people.ts';
import type { FollowPeople } from './follow-people.ts';
import { rowPage } from './personal-routes.ts';
import type { RelationStore } from './relation-store.ts';
import type { createRelationshipViews } from './relationship-view.ts';
import { isMuting } from './who-is-hidden.ts';

const params = z.object({ id: z.string().refine(isId, 'is not an account id') });
const idList = z.preprocess(
  (value) => (Array.isArray(value) ? value : [value].filter(Boolean)),
  z.array(z.string()).max(80),
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

  /** The account of the path, if this person may know of it. */
  async function target(viewer: Account, id: string): Promise<Account> {
    const account = await apis.accounts.get(id);
    if (!account) throw notFound();
    const hidden = await apis.groups.hiddenFor(viewer, [id]);
    if (hidden.has(id)) throw notFound();
    return account;
  }

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
      body: z.object({ reblogs: flag.optional(), notify: flag.optional() }),
    },
    async ({ account, params: { id }, body }) => {
      const other = await target(account, id);
      if (other.kind === 'group') await apis.groups.join(account, id, { notify: body.notify });
      else await follows.follow(account, other, { showShares: body.reblogs, notify: body.notify });
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

  for (const [path, by] of [
    ['followers', 'target'],
    ['following', 'follower'],
  ] as const) {
    endpoints.define(
      {
        method: 'get',
        path: `/api/v1/accounts/:id/${path}`,
        summary: `${path} of an account`,
        auth: 'member',
        scope: 'read:accounts',
        params,
        query: pageQuery,
      },
      async ({ account, params: { id }, query }) => {
        await target(account, id);
        const rows = await store.listFollows(by, id, 'accepted', rowPage(query));
        return accountPage(
          rows,
          (row) => (by === 'target' ? row.follower : row.target),
          query.limit,
          account,
        );
      },
    );
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/follow_requests',
      summary: 'Who asks to follow me',
      auth: 'member',
      scope: 'read:follows',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const rows = await store.listFollows('target', account._id, 'requested', rowPage(query));
      return accountPage(rows, (row) => row.follower, query.limit, account);
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

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/blocks',
      summary: 'Whom I block',
      auth: 'member',
      scope: 'read:blocks',
      query: pageQuery,
    },
    async ({ account, query }) =>
      accountPage(
        await store.listBlocks(account._id, rowPage(query)),
        (row) => row.target,
        query.limit,
        account,
      ),
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/mutes',
      summary: 'Whom I muted',
      auth: 'member',
      scope: 'read:mutes',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const rows = await store.listMutes(account._id, rowPage(query));
      const muting = rows.filter((row) => isMuting(row, kit.clock.now()));
      const expiry = new Map(muting.map((row) => [row.target, row.expiresAt]));
      const page = await accountPage(muting, (row) => row.target, query.limit, account);
      const items = (page.items as AccountView[]).map((one) => ({
        ...one,
        mute_expires_at: expiry.get(one.id)?.toISOString() ?? null,
      }));
      return new Page(items, page);
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts/familiar_followers',
      summary: 'Who of those I follow follows them',
      auth: 'member',
      scope: 'read:follows',
      query: z.object({ id: idList }),
    },
    async ({ account, query }) => {
      const mine = await store.targetsOf(account._id);
      return Promise.all(
        query.id.map(async (id) => {
          const followers = (await store.amongFollowers(id, mine.slice(0, 500))).filter(
            (row) => row.state === 'accepted',
          );
          const shown = await apis.accounts.present(
            followers.slice(0, 10).map((row) => row.follower),
          );
          return { id, accounts: [...shown.values()] };
        }),
      );
    },
  );

  async function accountPage<T extends { _id: string }>(
    rows: T[],
    accountOf: (row: T) => string,
    limit: number,
    viewer: Account,
  ) {
    const ordered = rows.toSorted((a, b) => (a._id < b._id ? 1 : -1));
    const ids = ordered.map(accountOf);
    const [shown, hidden] = await Promise.all([
      apis.accounts.present(ids),
      apis.groups.hiddenFor(viewer, ids),
    ]);
    const items = ids.flatMap((id) => (hidden.has(id) ? [] : (shown.get(id) ?? [])));
    return idPage(
      items,
      ordered.map((row) => row._id),
      limit,
    );
  }
}
