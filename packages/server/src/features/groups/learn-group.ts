/** Keeps what we hold of a group that lives elsewhere: its settings and its members. */
import { setTimeout } from 'node:timers/promises';
import { readCollection } from '@mitoyen/federation';
import { iriHost, sameOrigin } from '@mitoyen/protocol';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import type { Account } from '../accounts/account.ts';
import type { Group } from './group.ts';
import type { GroupDeps } from './group-deps.ts';
import { remoteParts } from './invite-people.ts';
import { type RemoteGroupSettings, readGroupSettings } from './read-group.ts';

const SETTINGS_FRESH_MS = 10 * 60_000;
const MEMBERS_FRESH_MS = 5 * 60_000;
const LONGEST_WAIT_MS = 2_000;
const MOST_PAGES = 40;
const MOST_MEMBERS = 2000;
/** People whom we have never seen and fetch at once; the others come with the next look. */
const MOST_NEW_PEOPLE = 200;
/** A membership of ours that its home does not list is over, once the Accept had time to settle. */
const SETTLED_MS = 10 * 60_000;

export type LearnGroup = ReturnType<typeof createLearnGroup>;

export function createLearnGroup(deps: GroupDeps) {
  const { kit, apis, groups, memberships } = deps;
  const refused = createBoundedCache<string, true>(5000, { ttl: 5 * 60_000 });

  /** Null where the group's home does not tell us about it. */
  async function learn(
    account: Account,
    options: { refresh?: boolean } = {},
  ): Promise<Group | null> {
    if (account.kind !== 'group' || account.domain === null) return null;
    const known = await groups.get(account._id);
    if (known?.deletedAt !== undefined) return null;
    const fresh = (known?.learnedAt ?? 0) > kit.clock.now() - SETTINGS_FRESH_MS;
    if (!options.refresh && (fresh || refused.has(account._id))) return known;
    const fetched = await kit.remote.document(account.iri);
    if (fetched.kind !== 'ok') {
      refused.set(account._id, true);
      return known;
    }
    refused.delete(account._id);
    return keep(account, readGroupSettings(fetched.document));
  }

  async function keep(account: Account, settings: RemoteGroupSettings): Promise<Group | null> {
    const set = {
      ...settings,
      listed: settings.access !== 'secret',
      learnedAt: kit.clock.now(),
    };
    const before = await groups.get(account._id);
    const changed = await groups.change(account._id, set);
    if (changed) {
      if (before?.partners === 'all' && changed.partners !== 'all')
        await kit.events.emit({ name: 'group.updated', id: account._id, local: false, data: {} });
      return changed;
    }
    await groups.insert({
      _id: account._id,
      local: false,
      host: iriHost(account.iri),
      pinned: [],
      createdAt: account.createdAt,
      ...set,
    });
    return groups.get(account._id);
  }

  /** For an invitation into a group that its home does not show us yet: the most careful reading. */
  async function learnOrGuard(account: Account): Promise<Group | null> {
    const learnt = await learn(account, { refresh: true });
    if (learnt) return learnt;
    const kept = await keep(account, {
      access: 'secret',
      postingRestricted: false,
      partners: [],
    });
    if (kept) await groups.change(account._id, { learnedAt: 0 });
    return kept;
  }

  /** Brings the member list up to date where the copy is older than some minutes. */
  async function refreshMembers(groupId: string): Promise<void> {
    const group = await groups.get(groupId);
    if (!group || group.local || group.deletedAt !== undefined) return;
    if ((group.membersAt ?? 0) > kit.clock.now() - MEMBERS_FRESH_MS) return;
    await groups.change(groupId, { membersAt: kit.clock.now() });
    const account = await apis.accounts.get(groupId);
    if (!account?.followersIri) return;
    const listed = await readAll(account.followersIri, account.iri);
    if (listed.iris.length === 0) return;
    const people = await resolve(listed.iris);
    await store(groupId, people);
    if (listed.complete) await endUnlisted(groupId, new Set(listed.iris));
    if (group.moderatorsIri) await takeRoles(groupId, group.moderatorsIri, account.iri);
  }

  /** For a reader who waits: what we hold is shown where the group's home takes its time. */
  async function refreshBriefly(groupId: string): Promise<void> {
    const refreshed = refreshMembers(groupId).catch((error) =>
      kit.log.info(
        { err: error, group: groupId },
        'the member list could not be brought up to date',
      ),
    );
    await Promise.race([refreshed, setTimeout(LONGEST_WAIT_MS, undefined, { ref: false })]);
  }

  async function readAll(
    start: string,
    groupIri: string,
  ): Promise<{ iris: string[]; complete: boolean }> {
    const iris = new Set<string>();
    const seen = new Set<string>();
    let total: number | null = null;
    let next: string | null = start;
    for (let page = 0; next !== null && page < MOST_PAGES && iris.size < MOST_MEMBERS; page += 1) {
      // A list that comes back to where it was has no end.
      if (!sameOrigin(next, groupIri) || seen.has(next)) break;
      seen.add(next);
      const fetched = await kit.remote.document(next);
      if (fetched.kind !== 'ok') return { iris: [...iris], complete: false };
      const part = readCollection(fetched.document);
      total ??= part.total;
      for (const iri of part.items) iris.add(iri);
      next = part.next;
    }
    return { iris: [...iris], complete: next === null && total === iris.size };
  }

  async function resolve(iris: string[]): Promise<Account[]> {
    const known = await Promise.all(iris.map((iri) => apis.accounts.byIri(iri)));
    const unseen = iris.filter((_, index) => !known[index]).slice(0, MOST_NEW_PEOPLE);
    const found: (Account | null)[] = [...known];
    for (let start = 0; start < unseen.length; start += 8) {
      const part = unseen.slice(start, start + 8);
      found.push(...(await Promise.all(part.map((iri) => apis.accounts.resolveIri(iri)))));
    }
    return found.filter((account) => account !== null);
  }

  /** People of ours are members by the group's Accept, never by what a list says. */
  async function store(group: string, people: Account[]): Promise<void> {
    for (const person of people.filter((one) => one.domain !== null)) {
      const { memberHost } = remoteParts(person);
      await memberships.enter({ group, account: person._id }, ['ended', 'rejected', 'invited'], {
        state: 'member',
        role: 'member',
        iri: `${person.iri}#member`,
        ...(memberHost && { memberHost }),
      });
    }
  }

  async function endUnlisted(group: string, listed: Set<string>): Promise<void> {
    const held = await memberships.members(group, MOST_MEMBERS);
    const accounts = await apis.accounts.getMany(held.map((row) => row.account));
    const iris = new Map(accounts.map((account) => [account._id, account.iri]));
    const settled = kit.clock.now() - SETTLED_MS;
    for (const { account, memberHost, since = 0 } of held) {
      const iri = iris.get(account);
      if (iri && listed.has(iri)) continue;
      if (!memberHost && since > settled) continue;
      await memberships.move({ group, account }, ['member'], { state: 'ended', role: 'member' });
    }
  }

  async function takeRoles(group: string, moderatorsIri: string, groupIri: string): Promise<void> {
    const { iris, complete } = await readAll(moderatorsIri, groupIri);
    if (!complete) return;
    const found = await Promise.all(iris.map((iri) => apis.accounts.byIri(iri)));
    const moderators = new Set(found.flatMap((account) => (account ? [account._id] : [])));
    const held = await memberships.withRole(group, ['moderator', 'admin']);
    for (const account of moderators) {
      if (held.some((row) => row.account === account)) continue;
      await memberships.setRole({ group, account }, 'moderator');
    }
    for (const { account } of held) {
      if (!moderators.has(account)) await memberships.setRole({ group, account }, 'member');
    }
  }

  return { learn, learnOrGuard, refreshMembers, refreshBriefly };
}
