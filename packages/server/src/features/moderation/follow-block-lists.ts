/**
 * Import, export and subscriptions of block lists. A list is somebody else's judgement: it is
 * fetched and compared, and an admin decides what of it applies here.
 */
import { createHash } from 'node:crypto';
import { SafeHttpError } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { DomainBlock } from '../partners/partners.ts';
import { readBlockList, writeBlockList } from './block-list-csv.ts';
import type { BlockListStore } from './block-list-store.ts';
import type { Applied, BlockListSubscription, BlockLists } from './block-lists.ts';
import { type Comparison, compareBlocks } from './compare-blocks.ts';

const MOST_BYTES = 2_000_000;
const TIMEOUT_MS = 15_000;
const AGAIN_MS = 24 * 3600_000;

export function createBlockLists(deps: {
  kit: Kit;
  apis: Apis;
  store: BlockListStore;
}): BlockLists & { checkDue: () => Promise<void> } {
  const { kit, apis, store } = deps;

  async function compare(csv: string, id?: string): Promise<Comparison> {
    const [blocks, partners] = await Promise.all([apis.partners.blocks(), apis.partners.names()]);
    const hosts = new Set(partners.map(({ host }) => host));
    return compareBlocks(
      parsed(csv),
      { blocks, partners: hosts, ownHosts: [kit.ownHost, kit.accountDomain] },
      id,
    );
  }

  async function applyComparison(
    found: Comparison,
    options: { only?: string[]; partners?: string[]; list?: string; by: string; source: string },
  ): Promise<Applied> {
    const named = options.only && new Set(options.only);
    const isWanted = ({ host }: { host: string }) => !named || named.has(host);
    const also = found.partners.filter(({ host }) => options.partners?.includes(host));
    const add = [...found.add.filter(isWanted), ...also].map((row) => ({
      ...row,
      ...(options.list !== undefined && { list: options.list }),
    }));
    const change = found.change.filter(isWanted);
    const lift = found.lift.filter(isWanted);
    const { by, source } = options;
    await apis.partners.blockMany([...add, ...change], by, source);
    if (lift.length > 0) {
      const ids = lift.map((block: DomainBlock) => block._id);
      await apis.partners.unblockMany(ids, by, source);
    }
    const all = found.add.length + found.change.length + found.partners.length;
    const skipped = all + found.lift.length - add.length - change.length - lift.length;
    return { blocked: add.length, changed: change.length, lifted: lift.length, skipped };
  }

  async function subscribe(rawUrl: string, by: string): Promise<BlockListSubscription> {
    const url = addressOf(rawUrl);
    const list = { _id: kit.nextId(), url, by, createdAt: kit.clock.now() };
    await store.add(list);
    return check(list._id);
  }

  /** What cannot be had leaves the list as it was, with the reason. */
  async function check(id: string): Promise<BlockListSubscription> {
    const { url } = await store.get(id);
    const checkedAt = kit.clock.now();
    const fetched = await fetchList(url);
    if ('error' in fetched) return store.change(id, { checkedAt, error: fetched.error });
    const { csv } = fetched;
    return store.change(id, { checkedAt, csv, csvDigest: digestOf(csv) }, ['error']);
  }

  async function fetchList(url: string): Promise<{ csv: string } | { error: string }> {
    if (apis.policy.mode() === 'closed') return { error: 'federation.mode is closed' };
    try {
      const response = await kit.http.get(url, {
        accept: 'text/csv, text/plain;q=0.9',
        maxBytes: MOST_BYTES,
        timeoutMs: TIMEOUT_MS,
      });
      if (response.status !== 200) return { error: `status ${response.status}` };
      const csv = response.body.toString('utf8');
      const { rows } = parsed(csv);
      return rows.length > 0 ? { csv } : { error: 'there is no domain in it' };
    } catch (error) {
      if (error instanceof SafeHttpError) return { error: error.reason };
      if (error instanceof AppError) return { error: error.message };
      throw error;
    }
  }

  async function fetched(id: string) {
    const list = await store.get(id);
    if (list.csv === undefined || list.csvDigest === undefined) {
      throw new AppError('conflict', `The list could not be fetched yet: ${list.error ?? 'wait'}`);
    }
    return { ...list, csv: list.csv, csvDigest: list.csvDigest };
  }

  return {
    exportCsv: async () => writeBlockList(await apis.partners.blocks()),
    compare: (csv) => compare(csv),
    importCsv: async (csv, by, options) =>
      applyComparison(await compare(csv), { ...options, by, source: 'imported' }),
    subscriptions: store.all,
    subscribe,
    unsubscribe: async (id) => {
      await store.remove(id);
    },
    check,
    review: async (id) => compare((await fetched(id)).csv, id),
    apply: async (id, by, { digest, ...options }) => {
      const { csv, csvDigest, url } = await fetched(id);
      // What was fetched since the review is not what the admin has seen.
      if (digest !== undefined && digest !== csvDigest)
        throw new AppError('conflict', 'The list has changed since it was looked at');
      const found = await compare(csv, id);
      const applied = await applyComparison(found, { ...options, list: id, by, source: url });
      await store.change(id, { reviewedDigest: csvDigest, reviewedAt: kit.clock.now() });
      return applied;
    },
    checkDue: async () => {
      const due = kit.clock.now() - AGAIN_MS;
      const lists = await store.all();
      for (const list of lists.filter(({ checkedAt = 0 }) => checkedAt < due))
        await check(list._id);
    },
  };
}

function parsed(csv: string) {
  try {
    return readBlockList(csv);
  } catch (error) {
    const message = `cannot be read: ${error instanceof Error ? error.message : 'not CSV'}`;
    throw invalid({ field: 'csv', code: 'ERR_INVALID', message });
  }
}

function addressOf(text: string): string {
  const url = URL.parse(text.trim());
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url.href;
  throw invalid({ field: 'url', code: 'ERR_INVALID', message: 'is not an address (https://...)' });
}

function digestOf(csv: string): string {
  return createHash('sha256').update(csv).digest('base64url');
}
