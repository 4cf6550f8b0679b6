/** Tells an author elsewhere that somebody here has read; takes the same from others. */
import { objectId } from '@mitoyen/federation';
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import { applied, type Inbound, ignored, type Outcome, rejected } from '../../inbox/inbound.ts';
import type { Kit } from '../../kit.ts';
import { scopeOf } from './post.ts';
import type { PostStore } from './post-store.ts';
import { readActivity } from './read-activity.ts';
import type { ReadPosts } from './read-posts.ts';

export type TellRead = ReturnType<typeof createTellRead>;

export function createTellRead(deps: { kit: Kit; apis: Apis; store: PostStore; read: ReadPosts }) {
  const { kit, apis, store, read } = deps;
  const isOn = kit.config.federation.read_receipts;

  async function tell(id: string, reader: string): Promise<void> {
    const post = await store.byId(id);
    if (!isOn || !post?.wantsRead || post.local || post.deletedAt !== undefined) return;
    const [by, author] = await apis.accounts.getMany([reader, post.author]);
    if (!by || !author) return;
    await kit.outbox.send({
      actor: by._id,
      activity: readActivity(post, { reader: by, author }),
      recipients: { accounts: [author._id] },
      scope: scopeOf(post),
      group: post.group,
      proof: false,
    });
  }

  async function receive(inbound: Inbound): Promise<Outcome> {
    const id = objectId(inbound.activity.object);
    const post = id ? await store.byIri(id) : null;
    if (!isOn) return ignored('read receipts are off');
    if (!post?.local || post.deletedAt !== undefined) return ignored('not a post of ours');
    if (!apis.policy.allows(iriHost(inbound.actor.iri), scopeOf(post), post.group))
      return ignored('the agreement does not allow it');
    const seen = await read.visibleOf([post], inbound.actor, { hideMuted: false });
    if (seen.length === 0) return rejected('the post is not for this person');
    if (post.mustRead) await apis.acknowledgements.receive(post._id, inbound.actor._id);
    else if (post.conversation)
      await kit.events.emit({
        name: 'conversation.read',
        id: post.conversation,
        local: false,
        data: { account: inbound.actor._id, upTo: post._id },
      });
    else return ignored('nobody asked');
    return applied('read');
  }

  return { tell, receive };
}
