/** Blocking a host: refused everywhere at once, and what there was with it is taken apart. */
import { createHash } from 'node:crypto';
import { normaliseHost } from '@mitoyen/protocol';
import type { Kit } from '../../kit.ts';
import { invalid } from '../../platform/app-error.ts';
import type { DomainBlockStore } from './domain-block-store.ts';
import type { HeldPolicy } from './held-policy-store.ts';
import type { DomainBlock, Partners } from './partners.ts';

export function createBlockHost(deps: {
  kit: Kit;
  blocks: DomainBlockStore;
  held: HeldPolicy;
  takeApart: (host: string) => Promise<unknown>;
}) {
  const { kit, blocks, held } = deps;

  const block: Partners['block'] = async (rawHost, comments) => {
    const host = normaliseHost(rawHost.trim().replace(/^\*\./, ''));
    const problem = (message: string) => invalid({ field: 'domain', code: 'ERR_INVALID', message });
    if (host === null) throw problem('is not a host name');
    if (host === kit.ownHost || kit.ownHost.endsWith(`.${host}`)) throw problem('is this server');
    const one: DomainBlock = {
      _id: kit.nextId(),
      host,
      digest: createHash('sha256').update(host).digest('hex'),
      ...comments,
      unfinished: true,
      createdAt: kit.clock.now(),
    };
    await blocks.insert(one);
    await held.changed();
    await finish(one);
    return one;
  };

  async function finish(one: DomainBlock): Promise<void> {
    await deps.takeApart(one.host);
    await blocks.finish(one._id);
  }

  return {
    block,
    unblock: async (id: string): Promise<DomainBlock> => {
      const removed = await blocks.remove(id);
      await held.changed();
      return removed;
    },
    /** Finishes what a crash left of a block. */
    sweep: async (): Promise<void> => {
      for (const one of await blocks.unfinished()) await finish(one);
    },
  };
}
