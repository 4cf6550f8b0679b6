/** What we accepted goes on to those whom only we can reach, with its original bytes. */
import type { Apis } from '../../apis.ts';
import type { Inbound } from '../../inbox/inbound.ts';
import type { Kit } from '../../kit.ts';
import type { Post } from './post.ts';

export type PassOn = ReturnType<typeof createPassOn>;

export function createPassOn(deps: { kit: Kit; apis: Apis }) {
  const { kit, apis } = deps;

  /** We are the group's home: what we accepted goes on to its members. */
  async function toGroup(inbound: Inbound, post: Post): Promise<void> {
    if (!post.group || inbound.via) return;
    await apis.groups.announce(post.group, await inbound.relayable(), {
      iri: post.iri,
      topLevel: post.inReplyToIri === undefined,
    });
  }

  /**
   * Inbox forwarding (ActivityPub 7.1.2): what happens to a comment for the followers of one of
   * ours goes to them from here. Without a proof of its own nobody could believe it.
   */
  async function toFollowers(inbound: Inbound, post: Post): Promise<void> {
    if (post.audience !== 'followers' || !post.inReplyToIri) return;
    if (inbound.via || !inbound.original.proof || inbound.original.id !== inbound.id) return;
    const activity = await inbound.relayable();
    if (!activity.proof) return;
    const owners = await apis.accounts.getMany(
      post.readers
        .filter((reader) => reader.startsWith('followers:'))
        .map((reader) => reader.slice('followers:'.length)),
    );
    for (const owner of owners.filter((account) => account.domain === null)) {
      await kit.outbox.send({
        actor: owner._id,
        activity: { ...activity, id: inbound.id },
        recipients: { followersOf: [owner._id] },
        scope: 'posts',
        proof: false,
      });
    }
  }

  return async function passOn(inbound: Inbound, post: Post): Promise<void> {
    await toGroup(inbound, post);
    await toFollowers(inbound, post);
  };
}
