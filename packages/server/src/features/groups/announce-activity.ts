/** The hub: what a local group accepted goes out to its members' servers. */
import type { JsonObject } from '@mitoyen/federation';
import { objectId } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import { type Group, reachOf } from './group.ts';
import {
  announceActivity,
  announcePost,
  derivedId,
  undoAnnounce,
  type WireGroup,
} from './group-activity.ts';
import type { GroupDeps } from './group-deps.ts';

export function wireGroup(group: Pick<Group, 'access' | 'partners'>, account: Account): WireGroup {
  return {
    iri: account.iri,
    followers: account.followersIri ?? `${account.iri}/followers`,
    open: reachOf(group) === 'everybody',
  };
}

/** The id under which a post of an open group is shared for servers that know no groups. */
export function plainAnnounceId(baseUrl: string, group: string, post: string): string {
  return derivedId(baseUrl, 'share', group, post);
}

export function createAnnounceActivity(deps: GroupDeps) {
  const { kit, apis, groups } = deps;

  return async function announce(
    groupId: string,
    activity: JsonObject,
    post: { iri: string; topLevel: boolean },
  ): Promise<void> {
    const group = await groups.get(groupId);
    if (!group?.local || group.deletedAt !== undefined) return;
    const account = await apis.accounts.get(groupId);
    if (!account) return;
    const wire = wireGroup(group, account);
    // Some send activities without an id; then what it says is its identity.
    const cause = objectId(activity.id) ?? JSON.stringify(activity);
    const id = derivedId(kit.baseUrl, 'announce', account.iri, cause);
    await send(groupId, announceActivity(id, wire, activity));
    if (wire.open && post.topLevel) await sharePlainly(groupId, wire, activity, post.iri);
  };

  /** Mastodon ignores an Announce of an activity, and shows one of a post. */
  async function sharePlainly(
    groupId: string,
    wire: WireGroup,
    activity: JsonObject,
    post: string,
  ): Promise<void> {
    const id = plainAnnounceId(kit.baseUrl, wire.iri, post);
    if (activity.type === 'Create') await send(groupId, announcePost(id, wire, post));
    if (activity.type === 'Delete') {
      const undoId = derivedId(kit.baseUrl, 'unshare', wire.iri, post);
      await send(groupId, undoAnnounce(undoId, wire, { id, post }));
    }
  }

  async function send(groupId: string, activity: JsonObject & { id: string }): Promise<void> {
    await kit.outbox.send({
      actor: groupId,
      activity,
      recipients: { membersOf: [groupId] },
      scope: 'groups',
      group: groupId,
    });
  }
}
