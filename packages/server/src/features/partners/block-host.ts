/** Blocking a host: refused everywhere at once, and what there was with it is taken apart. */
import { createHash } from 'node:crypto';
import { normaliseHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { invalid, notFound } from '../../platform/app-error.ts';
import type { DomainBlockStore } from './domain-block-store.ts';
import type { HeldPolicy } from './held-policy-store.ts';
import type { HistoryStore } from './history-store.ts';
import type { BlockDetails, DomainBlock, Partners } from './partners.ts';
import { EVERYBODY } from './pause-store.ts';
import { isBlocked } from './policy.ts';

const WHOLE: BlockDetails = {
  severity: 'suspend',
  rejectMedia: true,
  rejectReports: true,
  obfuscate: false,
  privateComment: '',
  publicComment: '',
};

export function createBlockHost(deps: {
  kit: Kit;
  apis: Apis;
  blocks: DomainBlockStore;
  held: HeldPolicy;
  history: HistoryStore;
  takeApart: (host: string) => Promise<unknown>;
}) {
  const { kit, apis, blocks, held, history } = deps;

  function hostOf(text: string): string {
    const host = normaliseHost(text.trim().replace(/^\*\./, ''));
    const problem = (message: string) => invalid({ field: 'domain', code: 'ERR_INVALID', message });
    if (host === null) throw problem('is not a host name');
    if ([kit.ownHost, kit.accountDomain].some((own) => host === own || own.endsWith(`.${host}`)))
      throw problem('is this server');
    return host;
  }

  function made(host: string) {
    return {
      _id: kit.nextId(),
      digest: createHash('sha256').update(host).digest('hex'),
      createdAt: kit.clock.now(),
    };
  }

  const block: Partners['block'] = async (rawHost, details, by) => {
    const host = hostOf(rawHost);
    const one: DomainBlock = { ...WHOLE, ...details, host, ...made(host), unfinished: true };
    await blocks.insert(one);
    await held.changed();
    await finish(one);
    await note(host, `blocked (${one.severity})`, by);
    return one;
  };

  const blockMany: Partners['blockMany'] = async (all, by, source) => {
    const rows = all.map((one) => {
      const host = hostOf(one.host);
      return { ...one, host, ...made(host) };
    });
    await blocks.put(rows);
    await held.changed();
    if (all.length > 0) await note(EVERYBODY, `${all.length} hosts blocked: ${source}`, by);
  };

  const changeBlock: Partners['changeBlock'] = async (id, details, by) => {
    const changed = await blocks.change(id, details);
    if (!changed) throw notFound();
    await held.changed();
    await finish(changed);
    await note(changed.host, `block changed (${changed.severity})`, by);
    return changed;
  };

  const unblock: Partners['unblock'] = async (id, by) => {
    const removed = await blocks.remove(id);
    await held.changed();
    await note(removed.host, 'block lifted', by);
    return removed;
  };

  const unblockMany: Partners['unblockMany'] = async (ids, by, source) => {
    await blocks.removeMany(ids);
    await held.changed();
    if (ids.length > 0) await note(EVERYBODY, `${ids.length} blocks lifted: ${source}`, by);
  };

  async function finish({ _id, host, severity, rejectMedia }: DomainBlock): Promise<void> {
    for (const one of await namedBy(host)) {
      if (severity === 'suspend') await deps.takeApart(one);
      else if (rejectMedia) await apis.media.removeOf({ host: one });
    }
    await blocks.finish(_id);
  }

  /** The host itself, and those known here on its other ports and subdomains: a block names them all. */
  async function namedBy(host: string): Promise<string[]> {
    const names = new Set([host]);
    const others = (await apis.accounts.domains()).filter((one) => isBlocked(names, one));
    return [...new Set([host, ...others])];
  }

  function note(host: string, action: string, by: string | undefined): Promise<void> {
    return history.note({ host, action, ...(by && { by }) });
  }

  return {
    block,
    blockMany,
    changeBlock,
    unblock,
    unblockMany,
    /** Takes apart what many blocks at once, or a crash, have left. */
    sweep: async (): Promise<void> => {
      for (const one of await blocks.unfinished()) await finish(one);
    },
  };
}
