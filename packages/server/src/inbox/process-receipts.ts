/** The inbox job: from a durable receipt to the use case of the feature that knows the verb. */
import type { Log } from '../platform/log.ts';
import type { AuthenticateActivity } from './authenticate-activity.ts';
import { BudgetSpent, onBehalfOf } from './fetch-budget.ts';
import type { Inbound, InboundHandler, Outcome } from './inbound.ts';
import { ANY_VERB, rejected } from './inbound.ts';
import { readDocument } from './read-document.ts';
import type { Receipt, ReceiptStore } from './receipt-store.ts';

/** Tries before a receipt that keeps failing is kept for the admin to look at. */
const MOST_TRIES = 12;

/** What came to nothing is told with its reason at the usual level. */
const LEVELS = { applied: 'debug', ignored: 'info', rejected: 'warn' } as const;

/** How long a receipt of a paused host is left alone. */
const PAUSED_MS = 60_000;
/** The budget of fetches is one of a minute; the sweep adds half a minute. */
const PUT_OFF_MS = 30_000;

export type ProcessReceipts = (ids: string[]) => Promise<void>;

export function createProcessReceipts(deps: {
  receipts: ReceiptStore;
  handlers: () => InboundHandler[];
  authenticate: AuthenticateActivity;
  synchronize: (signer: string, header: string) => Promise<void>;
  isPaused: (host: string) => boolean;
  log: Log;
}): ProcessReceipts {
  const { receipts, log } = deps;

  return async function processReceipts(ids) {
    const order = new Map(ids.map((id, index) => [id, index]));
    const open = await receipts.open(ids);
    open.sort((a, b) => (order.get(a._id) ?? 0) - (order.get(b._id) ?? 0));
    const bySigner = Map.groupBy(open, (receipt) => receipt.signer);
    const results = await Promise.all([...bySigner.values()].map(processInOrder));
    const failures = results.flat();
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} activities are to be tried again`);
  };

  /** One sender's activities: new posts side by side, whatever may depend on them after them. */
  async function processInOrder(ofSigner: Receipt[]): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const step of steps(ofSigner)) {
      const results = await Promise.allSettled(step.map(processOne));
      failures.push(
        ...results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
      );
    }
    return failures;
  }

  async function processOne(receipt: Receipt): Promise<void> {
    // Accepted before the pause: it may need its origin, which is not asked now.
    if (deps.isPaused(receipt.host)) return receipts.defer(receipt._id, PAUSED_MS);
    try {
      const outcome = await onBehalfOf(receipt.host, () => decide(receipt));
      await receipts.finish({ id: receipt._id, outcome: `${outcome.kind}: ${outcome.reason}` });
      const { synchronization } = receipt;
      if (synchronization)
        await onBehalfOf(receipt.host, () => synchronize(receipt, synchronization));
      log[LEVELS[outcome.kind]](
        {
          receipt: receipt._id,
          signer: receipt.signer,
          outcome: outcome.kind,
          reason: outcome.reason,
        },
        'activity processed',
      );
    } catch (error) {
      if (error instanceof BudgetSpent) return later(receipt, error);
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ err: error, receipt: receipt._id, signer: receipt.signer }, 'activity failed');
      const isGivenUp = await receipts.fail(receipt._id, reason, MOST_TRIES);
      if (isGivenUp)
        log.error({ receipt: receipt._id, signer: receipt.signer, reason }, 'activity given up');
      throw error;
    }
  }

  /** What its sender made us fetch in this minute is enough: no fault, so no try is counted. */
  async function later({ _id, signer }: Receipt, { message }: BudgetSpent): Promise<void> {
    log.info({ receipt: _id, signer, reason: message }, 'activity put off');
    await receipts.defer(_id, PUT_OFF_MS);
  }

  /** Beside the point of the activity, and made up for with the next one. */
  async function synchronize({ _id, signer }: Receipt, header: string): Promise<void> {
    try {
      await deps.synchronize(signer, header);
    } catch (error) {
      log.info({ err: error, receipt: _id, signer }, 'followers could not be compared');
    }
  }

  async function decide(receipt: Receipt): Promise<Outcome> {
    const read = await readDocument(receipt.body ?? '');
    if (read.kind === 'refused') return rejected(read.reason);
    const authentic = await deps.authenticate(receipt, read.activity);
    if ('kind' in authentic) return authentic;
    return dispatch(authentic);
  }

  async function dispatch(inbound: Inbound): Promise<Outcome> {
    for (const handler of deps.handlers()) {
      if (!handler.verbs.includes(inbound.type) && !handler.verbs.includes(ANY_VERB)) continue;
      const outcome = await handler.handle(inbound);
      if (outcome) return outcome;
    }
    return { kind: 'ignored', reason: `nothing here handles ${inbound.type}` };
  }
}

/** Runs of Create stay together; any other verb is a step of its own. */
function steps(receipts: Receipt[]): Receipt[][] {
  const all: Receipt[][] = [];
  let run: Receipt[] = [];
  for (const receipt of receipts) {
    if (/"type"\s*:\s*"Create"/.test(receipt.body ?? '')) {
      run.push(receipt);
      continue;
    }
    if (run.length > 0) all.push(run);
    run = [];
    all.push([receipt]);
  }
  return run.length > 0 ? [...all, run] : all;
}
