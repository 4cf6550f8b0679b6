/** Sends what a membership means to the other side: the one place that talks to the outbox. */
import type { JsonObject } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import { wireGroup } from './announce-activity.ts';
import type { Group, Membership } from './group.ts';
import {
  answerFollow,
  changeCollection,
  deleteGroup,
  derivedId,
  followGroup,
  invite,
  rejectInvite,
  undoFollow,
  undoInvite,
  updateGroup,
  type WireGroup,
} from './group-activity.ts';
import type { GroupDeps } from './group-deps.ts';
import { groupDocument } from './group-document.ts';

type Activity = JsonObject & { id: string };
export type SendGroupActivity = ReturnType<typeof createSendGroupActivity>;

export function createSendGroupActivity(deps: GroupDeps) {
  const { kit, apis, groups } = deps;
  const idOf = (...cause: string[]) => derivedId(kit.baseUrl, ...cause);

  async function both(group: string, person: string): Promise<[Account, Account] | null> {
    const accounts = await apis.accounts.getMany([group, person]);
    const first = accounts.find((account) => account._id === group);
    const second = accounts.find((account) => account._id === person);
    return first && second ? [first, second] : null;
  }

  function deliver(actor: string, activity: Activity, to: string, group: string): Promise<void> {
    const recipients = { accounts: [to] };
    return kit.outbox.send({ actor, activity, recipients, scope: 'groups', group });
  }

  function toMembers(group: string, activity: Activity): Promise<void> {
    const recipients = { membersOf: [group] };
    return kit.outbox.send({ actor: group, activity, recipients, scope: 'groups', group });
  }

  /** From the group to a person. */
  async function fromGroup(
    pair: { group: string; account: string },
    build: (group: string, person: string) => Activity,
  ): Promise<void> {
    const found = await both(pair.group, pair.account);
    if (!found || found[1].domain === null) return;
    await deliver(pair.group, build(found[0].iri, found[1].iri), pair.account, pair.group);
  }

  /** From a person of ours to the group. */
  async function fromPerson(
    pair: { group: string; account: string },
    build: (group: string, person: string) => Activity,
  ): Promise<void> {
    const found = await both(pair.group, pair.account);
    if (!found || found[0].domain === null) return;
    await deliver(pair.account, build(found[0].iri, found[1].iri), pair.group, pair.group);
  }

  async function withGroup(
    id: string,
    build: (group: Group, account: Account, wire: WireGroup) => Activity | Promise<Activity>,
  ): Promise<void> {
    const [group, account] = await Promise.all([groups.get(id), apis.accounts.get(id)]);
    if (!group?.local || !account) return;
    await toMembers(id, await build(group, account, wireGroup(group, account)));
  }

  return {
    follow: (row: Membership) =>
      fromPerson(row, (group, actor) => followGroup({ id: row.iri, actor, group })),
    undoFollow: (pair: { group: string; account: string }, iri: string) =>
      fromPerson(pair, (group, actor) => undoFollow(idOf('undo', iri), { id: iri, actor, group })),
    rejectInvite: (pair: { group: string; account: string }, iri: string) =>
      fromPerson(pair, (group, person) =>
        rejectInvite(idOf('decline', iri), { id: iri, group, person }),
      ),
    answer: (type: 'Accept' | 'Reject', group: string, account: string, iri: string) =>
      fromGroup({ group, account }, (groupIri, actor) =>
        answerFollow(idOf(type, groupIri, iri), type, { id: iri, actor, group: groupIri }),
      ),
    invite: (row: Membership) =>
      fromGroup(row, (group, person) => invite({ id: row.inviteIri ?? row.iri, group, person })),
    undoInvite: (pair: { group: string; account: string }, iri: string) =>
      fromGroup(pair, (group, person) => undoInvite(idOf('undo', iri), { id: iri, group, person })),
    role: (
      pair: { group: string; account: string },
      change: { type: 'Add' | 'Remove'; key: string },
    ) =>
      withGroup(pair.group, async (_, account, group) => {
        const person = await apis.accounts.get(pair.account);
        return changeCollection({
          id: idOf('role', change.key),
          type: change.type,
          group,
          object: person?.iri ?? '',
          target: `${account.iri}/moderators`,
        });
      }),
    pin: (id: string, change: { type: 'Add' | 'Remove'; post: string; key: string }) =>
      withGroup(id, (_, account, group) =>
        changeCollection({
          id: idOf('pin', change.key),
          type: change.type,
          group,
          object: change.post,
          target: account.featuredIri ?? `${account.iri}/featured`,
        }),
      ),
    update: (id: string, key: string) =>
      withGroup(id, async (group, account, wire) =>
        updateGroup(idOf('update', key), wire, await groupDocument(apis, group, account)),
      ),
    remove: (id: string) =>
      withGroup(id, (_, account, wire) => deleteGroup(idOf('delete', account.iri), wire)),
  };
}
