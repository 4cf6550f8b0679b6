/** Hosts that an admin has blocked. */
import { AppError, notFound } from '../../platform/app-error.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { DomainBlock } from './partners.ts';

export const domainBlockIndexes: IndexSpec[] = [
  { collection: 'domain_blocks', name: 'domain_blocks_host', key: { host: 1 }, unique: true },
  { collection: 'domain_blocks', name: 'domain_blocks_open', key: { unfinished: 1 }, sparse: true },
];

/** Far more than anybody lists by hand; keeps the policy's memory bounded. */
const MOST = 10_000;

export function createDomainBlockStore(deps: { mongo: Mongo }) {
  const blocks = deps.mongo.collection<DomainBlock>('domain_blocks');

  return {
    list: () => blocks.find({}).sort({ host: 1 }).limit(MOST).toArray(),
    insert: async (block: DomainBlock): Promise<void> => {
      try {
        await blocks.insertOne(block);
      } catch (error) {
        if (isDuplicate(error)) throw new AppError('conflict', `${block.host} is blocked already`);
        throw error;
      }
    },
    unfinished: () => blocks.find({ unfinished: true }).limit(100).toArray(),
    finish: async (id: string): Promise<void> => {
      await blocks.updateOne({ _id: id }, { $unset: { unfinished: '' } });
    },
    remove: async (id: string): Promise<DomainBlock> => {
      const removed = await blocks.findOneAndDelete({ _id: id });
      if (!removed) throw notFound();
      return removed;
    },
  };
}

export type DomainBlockStore = ReturnType<typeof createDomainBlockStore>;
