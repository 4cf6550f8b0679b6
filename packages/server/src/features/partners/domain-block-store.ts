/** Hosts that an admin has blocked. */
import { AppError, notFound } from '../../platform/app-error.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { BlockDetails, DomainBlock } from './partners.ts';

export const domainBlockIndexes: IndexSpec[] = [
  { collection: 'domain_blocks', name: 'domain_blocks_host', key: { host: 1 }, unique: true },
  { collection: 'domain_blocks', name: 'domain_blocks_open', key: { unfinished: 1 }, sparse: true },
];

/** Far more than anybody lists by hand; keeps the policy's memory bounded. */
const MOST = 50_000;

const AT_ONCE = 1000;

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
    get: (id: string) => blocks.findOne({ _id: id }),
    /** Makes them, or changes what there is of the host. */
    put: async (all: Omit<DomainBlock, 'unfinished'>[]): Promise<void> => {
      for (let start = 0; start < all.length; start += AT_ONCE) {
        const writes = all.slice(start, start + AT_ONCE).map(toUpsert);
        await blocks.bulkWrite(writes, { ordered: false });
      }
    },
    change: (id: string, details: Partial<BlockDetails>) =>
      blocks.findOneAndUpdate(
        { _id: id },
        { $set: { ...details, unfinished: true } },
        { returnDocument: 'after' },
      ),
    removeMany: async (ids: string[]): Promise<void> => {
      await blocks.deleteMany({ _id: { $in: ids } });
    },
    unfinished: () => blocks.find({ unfinished: true }).limit(200).toArray(),
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

function toUpsert({ _id, digest, createdAt, host, list, ...rest }: DomainBlock) {
  return {
    updateOne: {
      filter: { host },
      update: {
        $set: { ...rest, ...(list !== undefined && { list }), unfinished: true },
        ...(list === undefined && { $unset: { list: '' as const } }),
        $setOnInsert: { _id, digest, createdAt },
      },
      upsert: true,
    },
  };
}
