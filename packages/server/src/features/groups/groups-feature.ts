/** Groups: open, closed and secret, with members here and at partners. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { forbidden, notFound } from '../../platform/app-error.ts';
import { addAdminGroupRoutes } from './admin-group-routes.ts';
import { createAnnounceActivity } from './announce-activity.ts';
import { createCountShared } from './count-shared.ts';
import { createDiscoverGroups } from './discover-groups.ts';
import { createEndHost } from './end-host.ts';
import { createFindGroup } from './find-group.ts';
import { mayLookInside, mayModerate, mayPost } from './group.ts';
import { createGroupAsAccount } from './group-as-account.ts';
import { createGroupDocuments } from './group-documents.ts';
import { subscribeGroupEvents } from './group-events.ts';
import { createGroupInbox } from './group-inbox.ts';
import { addGroupRoutes } from './group-routes.ts';
import { createGroupStore, GROUPS, groupIndexes } from './group-store.ts';
import { createGroupView } from './group-view.ts';
import type { Groups } from './groups.ts';
import { createInvitePeople } from './invite-people.ts';
import { createJoinGroup } from './join-group.ts';
import { createKeepsClosed } from './keeps-closed.ts';
import { createLearnGroup } from './learn-group.ts';
import { createManageGroup } from './manage-group.ts';
import { createManageMembers } from './manage-members.ts';
import { addMembershipRoutes } from './membership-routes.ts';
import { createMembershipStore, MEMBERSHIPS, membershipIndexes } from './membership-store.ts';
import { createPinPost } from './pin-post.ts';
import { createReceiveAnswer } from './receive-answer.ts';
import { createReceiveAsk } from './receive-ask.ts';
import { createSendGroupActivity } from './send-group-activity.ts';
import { createSynchronizeMembers } from './synchronize-members.ts';
import { createVouchForServer } from './vouch-for-server.ts';

/** Most groups that the command line lists. */
const MOST_LISTED = 1000;

export function createGroupsFeature(kit: Kit, apis: Apis): { feature: Feature; api: Groups } {
  const groups = createGroupStore(kit);
  const memberships = createMembershipStore({
    mongo: kit.mongo,
    nextId: kit.nextId,
    now: kit.clock.now,
  });
  const deps = { kit, apis, groups, memberships };
  const finder = createFindGroup(deps);
  const learner = createLearnGroup(deps);
  const send = createSendGroupActivity(deps);
  const keeps = createKeepsClosed(deps);
  const members = createManageMembers({ ...deps, finder, keeps });
  const joins = createJoinGroup({ ...deps, finder });
  const invites = createInvitePeople({ ...deps, finder, keeps, members });
  const manage = createManageGroup({ ...deps, finder });
  const discover = createDiscoverGroups({ ...deps, finder, learner });
  const pins = createPinPost({ ...deps, members });
  const views = createGroupView({ ...deps, finder });
  const asks = createReceiveAsk({ ...deps, finder, keeps, send });
  const answers = createReceiveAnswer({ ...deps, learner });
  const vouch = createVouchForServer({ ...deps, finder });
  const synchronize = createSynchronizeMembers({ ...deps, finder, send, answers });
  const addDocuments = createGroupDocuments({ ...deps, finder, vouch });
  subscribeGroupEvents({ ...deps, finder, keeps, learner, send });
  const ends = createEndHost(deps);

  async function memberAmong(account: string, among: string[]): Promise<Set<string>> {
    const rows = await memberships.among(account, among, ['member']);
    // A group reads what is posted in it.
    return new Set([...rows.map((row) => row.group), ...among.filter((id) => id === account)]);
  }

  const api: Groups = {
    get: groups.get,
    getMany: groups.getMany,
    groupsOf: async (account) => {
      const found = await memberships.groupsOf(account);
      if (found.length > 0) return found;
      return (await groups.get(account)) ? [account] : [];
    },
    memberAmong,
    isMember: async (account, group) => (await memberAmong(account, [group])).has(group),
    authorizePost: async (author, id, { comment = false } = {}) => {
      const { group, who } = await finder.known(id, author);
      if (group.archivedAt !== undefined && mayLookInside(group, who))
        throw forbidden('This group is archived: it can be read, and nobody posts in it');
      if (mayPost(group, who, { comment })) return group;
      if (author.domain !== null && who.membership?.state !== 'member') throw notFound();
      throw forbidden(
        who.membership?.state === 'member'
          ? 'Only moderators post in this group'
          : 'Only members post in this group',
      );
    },
    mayModerate: async (account, group) =>
      mayModerate({ membership: await memberships.find({ group, account }) }),
    memberInboxes: memberships.inboxes,
    hasMembersAt: (group, host) => memberships.hasAt(group, host, ['member']),
    admits: async (id, host) => {
      const group = await groups.get(id);
      if (!group || group.deletedAt !== undefined) return false;
      return !group.local || finder.admitsAsker(group, host);
    },
    mayFetch: vouch.mayFetch,
    wide: groups.wide,
    setNarrowed: groups.setNarrowed,
    tokenFrom: vouch.tokenFrom,
    announce: createAnnounceActivity(deps),
    localMembers: memberships.localMembers,
    membersAmong: memberships.membersAmong,
    hasLocalMembers: memberships.hasLocalMembers,
    create: manage.create,
    list: async (viewer) => {
      const all = await groups.all(MOST_LISTED);
      return views.present(viewer ? await discover.known(viewer, all) : all, viewer);
    },
    join: joins.join,
    notifiedMembers: memberships.notified,
    leave: joins.leave,
    membershipsAmong: async (account, among) => {
      const rows = await memberships.among(account, among, ['member', 'requested', 'invited']);
      return new Map(rows.map((row) => [row.group, row]));
    },
    ...createGroupAsAccount({ ...deps, finder }),
    hiddenFor: discover.hiddenFor,
    mayDiscover: discover.mayDiscover,
    synchronization: synchronize.describe,
    synchronize: synchronize.compare,
    ...ends,
    countShared: createCountShared(deps),
    hosts: groups.hosts,
    atHost: groups.atHost,
  };

  const feature: Feature = {
    name: 'groups',
    indexes: [...groupIndexes, ...membershipIndexes],
    pending: [GROUPS, MEMBERSHIPS],
    routes: (endpoints) => {
      addAdminGroupRoutes(endpoints, { ...deps, manage, views });
      addGroupRoutes(endpoints, { ...deps, finder, manage, discover, learner, pins, views });
      addMembershipRoutes(endpoints, { ...deps, finder, joins, members, invites, learner, views });
      synchronize.addDocuments(endpoints);
      addDocuments(endpoints);
    },
    inbound: createGroupInbox({ ...deps, asks, answers }),
  };
  return { feature, api };
}
