/** `mitoyen backup FILE` and `mitoyen restore FILE`. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createIds } from '@mitoyen/protocol';
import type { Command } from 'commander';
import { peekBackup, readBackup } from '../backup/read-backup.ts';
import { writeBackup } from '../backup/write-backup.ts';
import { loadConfig, USUAL_CONFIG_FILE } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { createPauseStore, EVERYBODY, RESTORED } from '../features/partners/pause-store.ts';
import { systemClock } from '../platform/clock.ts';
import { createBlobs } from '../platform/create-blobs.ts';
import { createLog } from '../platform/log.ts';
import { attachServices } from '../services/attach.ts';
import { VERSION } from '../version.ts';
import { answer, answeringCommand, CommandError } from './answer.ts';
import { readPassphrase } from './passphrase.ts';

type Options = { passphraseFile?: string; verify?: boolean; json?: boolean };

const say = (text: string) => process.stderr.write(`${text}\n`);

export function backupCommand(): Command {
  return answeringCommand(
    'backup',
    'write database, files, keys and configuration into one encrypted file; the server may run',
    [
      'backup /backups/acme-2026-12-01.mitoyen --passphrase-file /etc/mitoyen/backup-passphrase',
      'backup acme.mitoyen',
    ],
  )
    .argument('<file>', 'a file that is not there yet')
    .option('--passphrase-file <file>', 'its first line encrypts the backup; - for standard input')
    .action(async (file: string, options: Options) => {
      const passphrase = await readPassphrase(options.passphraseFile);
      const { config, file: configFile } = loadConfig();
      const services = await attachServices(config, quietLog(config));
      try {
        const { snapshotDatabase } = await import('../services/database-snapshot.ts');
        const snapshot = await snapshotDatabase(config, services.databaseUrl);
        try {
          const isLocal = config.storage.kind === 'disk';
          const written = await writeBackup(resolve(file), passphrase, {
            about: {
              baseUrl: config.instance.base_url,
              version: VERSION,
              createdAt: new Date(systemClock.now()).toISOString(),
              consistent: snapshot.consistent,
              storage: config.storage.kind,
            },
            config: configFile ? await readFile(configFile, 'utf8') : null,
            db: snapshot.db,
            ...(snapshot.session && { session: snapshot.session }),
            blobs: isLocal ? createBlobs(config, createIds(systemClock)) : null,
            progress: say,
          });
          const { collections, files, bytes } = written;
          const documents = collections.reduce((sum, one) => sum + one.documents, 0);
          const facts = { file: resolve(file), bytes, documents, files: files.count };
          answer(options.json, { ...facts, consistent: snapshot.consistent }, () => [
            `Wrote ${documents} documents and ${files.count} files into ${file} (${bytes} bytes).`,
            ...(isLocal ? [] : ['Files in object storage are not in it: back the bucket up too.']),
            ...(snapshot.consistent
              ? []
              : ['This MongoDB is no replica set: what changed meanwhile may be there in part.']),
            `Look whether it is good: mitoyen restore ${file} --verify`,
          ]);
        } finally {
          await snapshot.close();
        }
      } finally {
        await services.stop();
      }
    });
}

export function restoreCommand(): Command {
  return answeringCommand(
    'restore',
    'put a backup into an empty instance, whose partners stay paused until an admin resumes',
    [
      'restore acme.mitoyen --verify --passphrase-file /etc/mitoyen/backup-passphrase',
      'restore acme.mitoyen',
    ],
  )
    .argument('<file>', 'made by "mitoyen backup"')
    .option('--passphrase-file <file>', 'as for the backup; - for standard input')
    .option('--verify', 'read and check all of it, and change nothing')
    .action(async (path: string, options: Options) => {
      const file = resolve(path);
      if (!existsSync(file)) throw new CommandError(`${path} is not there.`);
      const passphrase = await readPassphrase(options.passphraseFile);
      if (options.verify) return verify(file, passphrase, options);
      const written = await firstConfig(file, passphrase);
      return restore(file, passphrase, { options, written });
    });
}

async function verify(file: string, passphrase: string, options: Options): Promise<void> {
  const { about, manifest } = await readBackup(file, passphrase);
  const documents = manifest.collections.reduce((sum, one) => sum + one.documents, 0);
  const facts = { ok: true, base_url: about.baseUrl, created_at: about.createdAt };
  answer(options.json, { ...facts, documents, files: manifest.files.count }, () => [
    `The backup of ${about.baseUrl} of ${about.createdAt} is whole: ${documents} documents, ${manifest.files.count} files.`,
  ]);
}

/** Where nothing is configured here, the configuration in the backup counts. */
async function firstConfig(file: string, passphrase: string): Promise<string | null> {
  const { config } = await peekBackup(file, passphrase);
  if (config === null || loadConfig().file !== null) return null;
  const path = resolve(USUAL_CONFIG_FILE);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, config, { flag: 'wx', mode: 0o640 });
  return path;
}

async function restore(
  file: string,
  passphrase: string,
  { options, written }: { options: Options; written: string | null },
): Promise<void> {
  const { config } = loadConfig();
  const { about } = await peekBackup(file, passphrase);
  if (about.baseUrl !== config.instance.base_url)
    throw new CommandError(
      `This is the backup of ${about.baseUrl}, but instance.base_url is ${config.instance.base_url}: the address can never change.`,
    );
  const services = await attachServices(config, quietLog(config));
  try {
    if (services.running) throw new CommandError('The server runs: stop it first.');
    // First of all: whatever happens now, a server that starts on this does not talk to partners.
    const marker = join(config.data_dir, RESTORED);
    await mkdir(config.data_dir, { recursive: true, mode: 0o700 });
    await writeFile(marker, '');
    // Loaded when needed: `--help` answers without the database driver.
    const [{ MongoClient }, { restoreBackup }] = await Promise.all([
      import('mongodb'),
      import('../backup/restore-backup.ts'),
    ]);
    const client = await MongoClient.connect(services.databaseUrl, {
      serverSelectionTimeoutMS: 10_000,
    });
    try {
      const db = client.db(config.database.name);
      const blobs = createBlobs(config, createIds(systemClock));
      const read = await restoreBackup(file, passphrase, { db, blobs, progress: say });
      await createPauseStore({ mongo: db, clock: systemClock }).add(EVERYBODY, 'restored');
      await rm(marker, { force: true });
      const documents = read.manifest.collections.reduce((sum, one) => sum + one.documents, 0);
      const facts = { documents, files: read.manifest.files.count, config: written };
      answer(options.json, facts, () => [
        ...(written ? [`Wrote ${written}.`] : []),
        `Restored ${documents} documents and ${read.manifest.files.count} files; counts and checksums agree.`,
        'The exchange with partners is paused. When all is as it should be: mitoyen partner resume --all',
      ]);
    } finally {
      await client.close();
    }
  } finally {
    await services.stop();
  }
}

function quietLog(config: Config) {
  return createLog({ ...config, log: { ...config.log, level: 'warn' } }, 'stderr');
}
