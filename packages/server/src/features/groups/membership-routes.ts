/** Memberships in the client API: join, leave, requests, invitations, roles. */
import { z } from 'zod';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { FindGroup } from './find-group.ts';
import type { Membership, MembershipState } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import type { GroupViews } from './group-view.ts';
import type { InvitePeople } from './invite-people.ts';
import type { JoinGroup } from './join-group.ts';
import type { LearnGroup } from './learn-group.ts';
import type { ManageMembers } from './manage-members.ts';

const BASE = '/api/mitoyen/v1/groups';
const byId = z.object({ id: z.string() });
const byMember = z.object({ id: z.string(), account: z.string() });
const WRITE = { auth: 'member', scope: 'write:follows' } as const;
const READ = { auth: 'member', scope: 'read:accounts' } as const;

const invitees = z.object({
  accounts: z.preprocess(
    (value) => (typeof value === 'string' ? [value] : value),
    z.array(z.string().min(1).max(320)).min(1).max(100),
  ),
});

export type MembershipRouteParts = GroupDeps & {
  finder: FindGroup;
  joins: JoinGroup;
  members: ManageMembers;
  invites: InvitePeople;
  learner: LearnGroup;
  views: GroupViews;
};

export function addMembershipRoutes(endpoints: Endpoints, parts: MembershipRouteParts): void {
  addOwnRoutes(endpoints, parts);
  addMemberRoutes(endpoints, parts);
}

/** What a person does for themselves. */
function addOwnRoutes(endpoints: Endpoints, parts: MembershipRouteParts): void {
  const { groups, memberships, finder, joins, views } = parts;

  async function presentGroup(id: string, viewer: Account) {
    // Who has left a secret group cannot see it any more; the answer is an empty object.
    const found = await finder.find(id, viewer);
    const [view] = found ? await views.present([found.group], viewer) : [];
    return view ?? {};
  }

  for (const path of [`${BASE}/:id/join`, `${BASE}/:id/invitation/accept`]) {
    endpoints.define(
      {
        ...WRITE,
        method: 'post',
        path,
        summary: 'Join, ask to join, or accept an invitation',
        params: byId,
      },
      async ({ account, params }) => {
        await joins.join(account, params.id);
        return presentGroup(params.id, account);
      },
    );
  }

  for (const path of [`${BASE}/:id/leave`, `${BASE}/:id/invitation/decline`]) {
    endpoints.define(
      {
        ...WRITE,
        method: 'post',
        path,
        summary: 'Leave, take a request back, or decline an invitation',
        params: byId,
      },
      async ({ account, params }) => {
        await joins.leave(account, params.id);
        return presentGroup(params.id, account);
      },
    );
  }

  endpoints.define(
    {
      ...READ,
      method: 'get',
      path: '/api/mitoyen/v1/group_invitations',
      summary: 'Groups that I am invited to, newest invitation first',
      query: pageQuery,
    },
    async ({ account, query }) => {
      const rows = await memberships.ofAccount(account._id, 'invited', idPageOf(query));
      const found = await groups.getMany(rows.map((row) => row.group));
      const present = await views.present(
        found.filter((group) => group.deletedAt === undefined && finder.isReachable(group)),
        account,
      );
      const byGroup = new Map(present.map((view) => [view.id, view]));
      const items = rows.flatMap((row) => {
        const group = byGroup.get(row.group);
        return group ? [{ id: row._id, group, created_at: created(row) }] : [];
      });
      return idPage(
        items,
        rows.map((row) => row._id),
        query.limit,
      );
    },
  );
}

/** What is done with the members. */
function addMemberRoutes(endpoints: Endpoints, parts: MembershipRouteParts): void {
  const { memberships, finder, members, invites, learner, views } = parts;

  async function listState(
    group: string,
    state: MembershipState,
    query: z.output<typeof pageQuery>,
  ) {
    const rows = await memberships.ofGroup(group, state, idPageOf(query));
    return idPage(
      await views.presentMemberships(rows),
      rows.map((row) => row._id),
      query.limit,
    );
  }

  async function presentOne(row: Membership) {
    const [view] = await views.presentMemberships([row]);
    return view ?? {};
  }

  endpoints.define(
    {
      ...READ,
      method: 'get',
      path: `${BASE}/:id/members`,
      summary: 'Members, newest first',
      params: byId,
      query: pageQuery,
    },
    async ({ account, params, query }) => {
      const { group } = await finder.inside(params.id, account);
      if (!group.local && !query.max_id) await learner.refreshBriefly(group._id);
      return listState(group._id, 'member', query);
    },
  );

  endpoints.define(
    {
      ...READ,
      method: 'get',
      path: `${BASE}/:id/requests`,
      summary: 'Who asks to join (moderators)',
      params: byId,
      query: pageQuery,
    },
    async ({ account, params, query }) => {
      await members.moderated(params.id, account);
      return listState(params.id, 'requested', query);
    },
  );

  for (const verb of ['approve', 'reject'] as const) {
    endpoints.define(
      {
        ...WRITE,
        method: 'post',
        path: `${BASE}/:id/requests/:account/${verb}`,
        summary: `${verb === 'approve' ? 'Let in' : 'Refuse'} somebody who asks to join (moderators)`,
        params: byMember,
      },
      async ({ account, params }) =>
        presentOne(await members[verb](params.id, account, params.account)),
    );
  }

  endpoints.define(
    {
      ...WRITE,
      method: 'post',
      path: `${BASE}/:id/invitations`,
      summary: 'Invite people, by account id or handle',
      params: byId,
      body: invitees,
    },
    async ({ account, params, body }) =>
      views.presentMemberships(await invites.invite(params.id, account, body.accounts)),
  );

  endpoints.define(
    {
      ...WRITE,
      method: 'delete',
      path: `${BASE}/:id/members/:account`,
      summary: 'Remove a member, or take an invitation back (moderators)',
      params: byMember,
    },
    ({ account, params }) => members.remove(params.id, account, params.account),
  );

  endpoints.define(
    {
      ...WRITE,
      method: 'put',
      path: `${BASE}/:id/members/:account/role`,
      summary: 'Make a member a moderator or admin, or a member again (admins)',
      params: byMember,
      body: z.object({ role: z.enum(['admin', 'moderator', 'member']) }),
    },
    async ({ account, params, body }) =>
      presentOne(
        await members.changeRole(params.id, account, { account: params.account, role: body.role }),
      ),
  );
}

function created(row: Membership): string {
  return new Date(row.createdAt).toISOString();
}
