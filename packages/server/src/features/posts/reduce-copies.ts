/** New terms allow less to be stored of posts in a partner's groups: what is here is cut down to it. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { CopyLevel } from '../partners/partners.ts';
import { keptOf } from './copy-level.ts';
import type { PostStore } from './post-store.ts';

const AT_ONCE = 200;
/** What no copy keeps that is not whole. */
const CUT = ['edits', 'emojis', 'poll', 'pollDueAt', 'event', 'card'];

export function subscribeReduceCopies(deps: { kit: Kit; apis: Apis; store: PostStore }): void {
  const { kit, apis, store } = deps;

  async function reduceGroup(group: string, level: Exclude<CopyLevel, 'full'>): Promise<void> {
    for (;;) {
      const batch = await store.copiesAbove(group, level, AT_ONCE);
      if (batch.length === 0) return;
      const pictures = batch.flatMap((post) => post.media);
      for (const post of batch)
        await store.change(
          post._id,
          {},
          { set: { ...keptOf(post, level), copy: level }, unset: CUT },
        );
      await apis.search.forget(batch.map((post) => post._id));
      if (pictures.length > 0) await apis.media.removeOf({ ids: pictures });
    }
  }

  kit.events.on('agreement.changed', async () => {
    for (const host of await apis.groups.hosts()) {
      const level = apis.policy.copyLevel(host);
      if (level === 'full') continue;
      for (const group of await apis.groups.atHost(host)) await reduceGroup(group, level);
    }
  });
}
