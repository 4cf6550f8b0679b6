/** `mitoyen media ...`: the files of posts and people, and where they are kept. */
import { Command, Option } from 'commander';
import type { Blobs } from '../platform/blobs.ts';
import { answer, answeringCommand, CommandError, mustAgree } from './answer.ts';
import { withApp } from './context.ts';

export function mediaCommand(): Command {
  return new Command('media')
    .description('files of posts and people, and where they are kept')
    .addCommand(usageCommand())
    .addCommand(cleanCommand())
    .addCommand(moveCommand())
    .addCommand(rotateKeyCommand());
}

const FOLDERS: Record<string, string> = {
  media: 'files of posts and people, with their previews',
  uploads: 'uploads that are being processed',
  parts: 'uploads that have not come as a whole',
};

function usageCommand(): Command {
  return answeringCommand('usage', 'how many files there are, and how many bytes', [
    'media usage',
    'media usage --json',
  ]).action((options: { json?: boolean }) =>
    withApp(async ({ kit }, config) => {
      const folders = await usageOf(kit.blobs);
      const total = [...folders.values()].reduce(sum, { files: 0, bytes: 0 });
      const value = {
        storage: config.storage.kind,
        ...total,
        folders: Object.fromEntries(folders),
      };
      answer(options.json, value, () => [
        ...[...folders].map(
          ([name, use]) => `${lineOf(use)}  ${name}: ${FOLDERS[name] ?? 'other files'}`,
        ),
        `${lineOf(total)}  in all, ${config.storage.kind === 's3' ? `in the bucket ${config.storage.bucket}` : 'on the disk'}`,
      ]);
    }),
  );
}

type Usage = { files: number; bytes: number };

async function usageOf(blobs: Blobs): Promise<Map<string, Usage>> {
  const folders = new Map<string, Usage>();
  for await (const { key, size } of blobs.list()) {
    const folder = key.slice(0, key.indexOf('/'));
    const before = folders.get(folder) ?? { files: 0, bytes: 0 };
    folders.set(folder, sum(before, { files: 1, bytes: size }));
  }
  return folders;
}

function sum(a: Usage, b: Usage): Usage {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes };
}

function lineOf({ files, bytes }: Usage): string {
  return `${String(files).padStart(8)} files ${(bytes / 1_048_576).toFixed(1).padStart(10)} MiB`;
}

function cleanCommand(): Command {
  return answeringCommand('clean', 'delete files that nothing uses any more, older than a day', [
    'media clean --dry-run',
    'media clean --yes',
  ])
    .option('--dry-run', 'only say what would be done')
    .option('--yes', 'do not ask')
    .action((options: { dryRun?: boolean; yes?: boolean; json?: boolean }) =>
      withApp(async ({ apis }) => {
        const found = await apis.media.cleanFiles({ dryRun: true });
        if (options.dryRun || found.files === 0)
          return answer(options.json, { would_delete: found }, () => [
            `Nothing uses ${found.files} files.`,
          ]);
        if (!options.yes) await mustAgree(`Delete ${found.files} files that nothing uses?`);
        const deleted = await apis.media.cleanFiles({ dryRun: false });
        answer(options.json, { deleted }, () => [`Deleted ${deleted.files} files.`]);
      }),
    );
}

function moveCommand(): Command {
  return answeringCommand('move', 'copy all files to the disk or the bucket', [
    'media move --to s3',
    'media move --to s3 --delete --yes',
  ])
    .addOption(
      new Option('--to <where>', 'disk or s3').choices(['disk', 's3']).makeOptionMandatory(),
    )
    .option('--delete', 'delete from the other what has arrived')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Set the keys under "storage" first, with "kind" as it was; move; set "kind" and restart; then move
once more, for what came meanwhile. It may be broken off and goes on when it is run again.`,
    )
    .action((options: { to: 'disk' | 's3'; delete?: boolean; yes?: boolean; json?: boolean }) =>
      withApp(async ({ kit }, config) => {
        const { endpoint, bucket, access_key_id: key, secret_access_key: secret } = config.storage;
        if (!endpoint || !bucket || !key || !secret)
          throw new CommandError(
            'Set storage.endpoint, bucket, access_key_id and secret_access_key first.',
          );
        if (options.delete && config.storage.kind !== options.to)
          throw new CommandError(
            `Files are still read from the ${config.storage.kind}: set storage.kind to ${options.to} and restart before you delete.`,
          );
        if (options.delete && !options.yes) await mustAgree('Delete the files that were copied?');
        const [{ createBlobs }, { copyBlobs, removeCopied }] = await Promise.all([
          import('../platform/create-blobs.ts'),
          import('../platform/copy-blobs.ts'),
        ]);
        const to = createBlobs(config, kit.nextId, options.to);
        const from = createBlobs(config, kit.nextId, options.to === 's3' ? 'disk' : 's3');
        const copied = await copyBlobs(from, to, (count) => {
          if (count % 500 === 0) process.stderr.write(`${count} files copied\n`);
        });
        const deleted = options.delete ? await removeCopied(from, to) : 0;
        answer(options.json, { ...copied, deleted }, () => [
          `Copied ${copied.copied} files; ${copied.there} were there already; deleted ${deleted}.`,
        ]);
      }),
    );
}

function rotateKeyCommand(): Command {
  return answeringCommand('rotate-key', 'sign the addresses of private files with a new key', [
    'media rotate-key',
    'media rotate-key --forget',
  ])
    .option('--forget', 'addresses that were given out before end within a minute, partners’ too')
    .action((options: { forget?: boolean; json?: boolean }) =>
      withApp(async ({ apis }) => {
        const key = await apis.media.rotateLinkKey({ forget: options.forget === true });
        answer(options.json, { key: key._id, forgot: options.forget === true }, () => [
          `Key ${key._id} signs from now on; ${options.forget ? 'no older address is good any more' : 'older addresses are good until their end'}.`,
        ]);
      }),
    );
}
