/** Groups and memberships as the API shows them, read in batches, filtered for the viewer. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { type Account, fullHandle } from '../accounts/account.ts';
import type { AccountView } from '../accounts/accounts.ts';
import type { FindGroup } from './find-group.ts';
import {
  type Group,
  type GroupAccess,
  type GroupRole,
  type Membership,
  type MembershipState,
  mayLookInside,
} from './group.ts';
import type { MembershipStore } from './membership-store.ts';

/** A company: its host, and the name that the agreement gives it. */
export type CompanyView = { host: string; name: string };

export type GroupView = {
  id: string;
  name: string;
  username: string;
  handle: string;
  url: string;
  uri: string;
  access: GroupAccess;
  /** HTML. */
  description: string;
  avatar: string | null;
  header: string | null;
  local: boolean;
  home: CompanyView;
  posting_restricted: boolean;
  /** Companies whose people may be members; only shown to members of groups that live here. */
  partners: 'all' | string[] | null;
  /** Null for those who may not look inside. */
  members_count: number | null;
  /** Companies whose servers hold copies of what is posted; null for those who may not look inside. */
  companies: CompanyView[] | null;
  membership: { state: MembershipState; role: GroupRole } | null;
  created_at: string;
  /** Kept to be read: nobody posts in it any more. */
  archived: boolean;
  account: AccountView | null;
};

export type MembershipView = {
  id: string;
  account: AccountView;
  state: MembershipState;
  role: GroupRole;
  created_at: string;
};

export function createGroupView(deps: {
  kit: Kit;
  apis: Apis;
  memberships: MembershipStore;
  finder: FindGroup;
}) {
  const { kit, apis, memberships, finder } = deps;

  function company(host: string | null): CompanyView {
    if (host === null || host === kit.ownHost) {
      return { host: kit.ownHost, name: kit.config.instance.name };
    }
    return { host, name: apis.policy.partnerName(host) ?? host };
  }

  /** @param viewer `null`: the command line, which sees everything */
  async function present(groups: Group[], viewer: Account | null): Promise<GroupView[]> {
    const ids = groups.map((group) => group._id);
    const [accounts, views, rows, tally] = await Promise.all([
      apis.accounts.getMany(ids),
      apis.accounts.present(ids),
      viewer
        ? memberships.among(viewer._id, ids, ['member', 'invited', 'requested', 'rejected'])
        : [],
      memberships.tally(ids),
    ]);
    const byId = new Map(accounts.map((account) => [account._id, account]));
    const mine = new Map(rows.map((row) => [row.group, row]));
    return groups.flatMap((group) => {
      const account = byId.get(group._id);
      if (!account) return [];
      const membership = mine.get(group._id) ?? null;
      const inside =
        viewer === null ||
        mayLookInside(group, { insider: finder.isInsider(group, viewer), membership });
      return [
        {
          ...describe(group, account, views.get(group._id) ?? null),
          ...(inside ? count(group, tally) : { members_count: null, companies: null }),
          partners:
            group.local && (viewer === null || membership?.state === 'member')
              ? group.partners
              : null,
          membership: membership && shown(membership),
        },
      ];
    });
  }

  function describe(group: Group, account: Account, view: AccountView | null) {
    const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
    return {
      id: group._id,
      name: account.displayName || account.username,
      username: account.username,
      handle: fullHandle(account, kit.accountDomain),
      url: account.url,
      uri: account.iri,
      access: group.access,
      description: account.bio,
      avatar: text(view?.avatar),
      header: text(view?.header),
      local: group.local,
      home: company(group.local ? null : (group.host ?? null)),
      posting_restricted: group.postingRestricted,
      created_at: new Date(group.createdAt).toISOString(),
      archived: group.archivedAt !== undefined,
      account: view,
    };
  }

  function count(group: Group, tally: { group: string; host: string | null; count: number }[]) {
    const own = tally.filter((one) => one.group === group._id);
    const hosts = own.map((one) => one.host ?? kit.ownHost);
    const home = group.local ? kit.ownHost : (group.host ?? kit.ownHost);
    return {
      members_count: own.reduce((sum, one) => sum + one.count, 0),
      companies: [...new Set([home, ...hosts])].map(company),
    };
  }

  /** The viewer's own refusal is not rubbed in: it shows as no membership. */
  function shown({ state, role }: Membership): GroupView['membership'] {
    return state === 'rejected' || state === 'ended' ? null : { state, role };
  }

  async function presentMemberships(rows: Membership[]): Promise<MembershipView[]> {
    const views = await apis.accounts.present(rows.map((row) => row.account));
    return rows.flatMap((row) => {
      const account = views.get(row.account);
      if (!account) return [];
      const { _id, state, role, createdAt, since } = row;
      const created_at = new Date(since ?? createdAt).toISOString();
      return [{ id: _id, account, state, role, created_at }];
    });
  }

  return { present, presentMemberships };
}

export type GroupViews = ReturnType<typeof createGroupView>;
