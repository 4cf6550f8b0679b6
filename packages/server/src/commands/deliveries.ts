/** `mitoyen deliveries ...` */
import { Command, Option } from 'commander';
import { viewDelivery } from '../features/deliveries/deliveries-routes.ts';
import { answer, answeringCommand } from './answer.ts';
import { withApp } from './context.ts';

export function deliveriesCommand(): Command {
  return new Command('deliveries')
    .description('what has not got through to other servers')
    .addCommand(listCommand())
    .addCommand(retryCommand());
}

type ListOptions = { host?: string; state: 'waiting' | 'dead'; limit: string; json?: boolean };

function listCommand(): Command {
  return answeringCommand('list', 'deliveries that were given up, or that wait, and why', [
    'deliveries list',
    'deliveries list --state waiting --host social.northwind.example',
  ])
    .option('--host <host>', 'to this host only')
    .addOption(
      new Option('--state <state>', 'dead: given up; waiting: to be tried again')
        .choices(['dead', 'waiting'])
        .default('dead'),
    )
    .option('--limit <number>', 'at most so many', '50')
    .action(({ host, state, limit, json }: ListOptions) =>
      withApp(async ({ kit }) => {
        const most = Math.min(1000, Math.max(1, Number.parseInt(limit, 10) || 50));
        const held = await kit.outbox.held({ state, limit: most, ...(host && { host }) });
        const shown = held.map(viewDelivery);
        answer(json, shown, () =>
          shown.length === 0
            ? ['Nothing: everything has got through.']
            : shown.map((one) => `${one.first_at}  ${one.host.padEnd(32)} ${one.reason ?? ''}`),
        );
      }),
    );
}

function retryCommand(): Command {
  return answeringCommand('retry', 'send again what waits or was given up', [
    'deliveries retry --host social.northwind.example',
    'deliveries retry',
  ])
    .option('--host <host>', 'to this host only (default: to all)')
    .action(({ host, json }: { host?: string; json?: boolean }) =>
      withApp(async ({ kit }) => {
        const queued = await kit.outbox.retry(host ?? null);
        answer(json, { queued }, () => [`${queued} deliveries go out again.`]);
      }),
    );
}
