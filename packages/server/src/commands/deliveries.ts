/** `mitoyen deliveries ...` */
import { Command, Option } from 'commander';
import { viewDelivery, viewFailed } from '../features/deliveries/deliveries-routes.ts';
import type { Kit } from '../kit.ts';
import { answer, answeringCommand, UsageError } from './answer.ts';
import { withApp } from './context.ts';

export function deliveriesCommand(): Command {
  return new Command('deliveries')
    .description('what has not got through to other servers, or from them')
    .addCommand(listCommand())
    .addCommand(retryCommand());
}

type ListOptions = {
  host?: string;
  state?: 'waiting' | 'dead';
  inbound?: boolean;
  limit: string;
  json?: boolean;
};
type Query = { host?: string; limit: number };

function listCommand(): Command {
  return answeringCommand('list', 'deliveries that were given up, or that wait, and why', [
    'deliveries list',
    'deliveries list --state waiting --host social.northwind.example',
    'deliveries list --inbound',
  ])
    .option('--host <host>', 'of this host only')
    .addOption(
      new Option('--state <state>', 'dead: given up (default); waiting: to be tried again').choices(
        ['dead', 'waiting'],
      ),
    )
    .option('--inbound', 'what came in and could not be processed')
    .option('--limit <number>', 'at most so many', '50')
    .action(async ({ host, state, inbound, limit, json }: ListOptions) => {
      if (inbound && state) throw new UsageError('--state says nothing of --inbound');
      const most = Math.min(1000, Math.max(1, Number.parseInt(limit, 10) || 50));
      const query = { limit: most, ...(host && { host }) };
      await withApp(async ({ kit }) => {
        const shown = inbound
          ? await failed(kit, query)
          : await undelivered(kit, { ...query, state: state ?? 'dead' });
        answer(json, shown, () =>
          shown.length === 0
            ? ['Nothing: everything has got through.']
            : shown.map((one) => `${one.since}  ${one.host.padEnd(32)} ${one.reason ?? ''}`),
        );
      });
    });
}

async function undelivered(kit: Kit, query: Query & { state: 'waiting' | 'dead' }) {
  const held = await kit.outbox.held(query);
  return held.map(viewDelivery).map((one) => ({ ...one, since: one.first_at }));
}

async function failed(kit: Kit, query: Query) {
  const receipts = await kit.failedInbound.list(query);
  return receipts.map(viewFailed).map((one) => ({ ...one, since: one.at }));
}

function retryCommand(): Command {
  return answeringCommand('retry', 'send again what waits or was given up', [
    'deliveries retry --host social.northwind.example',
    'deliveries retry',
    'deliveries retry --inbound',
  ])
    .option('--host <host>', 'of this host only (default: of all)')
    .option('--inbound', 'process again what came in and failed')
    .action(({ host, inbound, json }: { host?: string; inbound?: boolean; json?: boolean }) =>
      withApp(async ({ kit }) => {
        const queued = await (inbound ? kit.failedInbound : kit.outbox).retry(host ?? null);
        const does = inbound ? 'activities are processed again' : 'deliveries go out again';
        answer(json, { queued }, () => [`${queued} ${does}.`]);
      }),
    );
}
