/** `mitoyen db ...`: the embedded database's file, and moving between it and MongoDB. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkDatabase,
  compactDatabase,
  databaseStats,
  dumpDatabase,
  loadDatabase,
} from '@mitoyen/embedded-mongo';
import { Command } from 'commander';
import { MongoClient } from 'mongodb';
import { loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { createLog } from '../platform/log.ts';
import { attachServices } from '../services/attach.ts';
import { answer, CommandError } from './context.ts';

const say = (text: string) => process.stderr.write(`${text}\n`);

export function dbCommand(): Command {
  const db = new Command('db').description('the embedded database, and moving to MongoDB and back');

  db.command('stats')
    .description('sizes and counts (the server must be stopped)')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const stats = await databaseStats(embeddedFile());
      answer(options.json, stats, () => [JSON.stringify(stats, null, 2)]);
    });

  db.command('check')
    .description(
      'check the file and every index against its documents (the server must be stopped)',
    )
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const errors = await checkDatabase(embeddedFile(), say);
      answer(options.json, { ok: errors.length === 0, errors }, () =>
        errors.length === 0 ? ['The database is sound.'] : errors,
      );
      if (errors.length > 0) process.exitCode = 1;
    });

  db.command('compact')
    .description('give unused space back (the server must be stopped)')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { before, after } = await compactDatabase(embeddedFile(), say);
      answer(options.json, { before, after }, () => [`From ${before} to ${after} bytes.`]);
    });

  db.command('dump')
    .argument('<folder>', 'an empty or new folder')
    .description('write every collection as Extended JSON lines, which mongoimport reads too')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nTo move to MongoDB: dump, set database.url, load. To move back: dump, take database.url away, load.',
    )
    .action((folder: string, options: { json?: boolean }) =>
      withDatabase(async (client, config) => {
        const manifest = await dumpDatabase(client.db(config.database.name), folder, say);
        answer(options.json, manifest, () => [
          `Dumped ${manifest.collections.length} collections to ${folder}.`,
        ]);
      }),
    );

  db.command('load')
    .argument('<folder>', 'made by "db dump"')
    .description(
      'load a dump into the configured database, which must be empty; counts and checksums are compared',
    )
    .option('--json', 'print JSON')
    .action((folder: string, options: { json?: boolean }) =>
      withDatabase(async (client, config) => {
        const loaded = await loadDatabase(client.db(config.database.name), folder, say);
        answer(options.json, loaded, () => [
          `Loaded ${loaded.length} collections; counts and checksums agree.`,
        ]);
      }),
    );

  return db;
}

function embeddedFile(): string {
  const { config } = loadConfig();
  if (config.database.url)
    throw new CommandError('This instance uses MongoDB (database.url): use its own tools.');
  const file = join(config.data_dir, 'mitoyen.db');
  if (!existsSync(file)) throw new CommandError(`There is no database yet: ${file}`);
  return file;
}

async function withDatabase(
  run: (client: MongoClient, config: Config) => Promise<void>,
): Promise<void> {
  const { config } = loadConfig();
  const services = await attachServices(
    config,
    createLog({ ...config, log: { ...config.log, level: 'warn' } }),
  );
  const client = await MongoClient.connect(services.databaseUrl, {
    serverSelectionTimeoutMS: 10_000,
  });
  try {
    await run(client, config);
  } finally {
    await client.close();
    await services.stop();
  }
}
