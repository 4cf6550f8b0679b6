/** `mitoyen db ...`: the embedded database's file, and moving between it and MongoDB. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Db } from 'mongodb';
import { loadConfig } from '../config.ts';
import { createPauseStore, EVERYBODY } from '../features/partners/pause-store.ts';
import { systemClock } from '../platform/clock.ts';
import { createLog } from '../platform/log.ts';
import { attachServices } from '../services/attach.ts';
import { takeDataFolder } from '../services/data-lock.ts';
import { answer, answeringCommand, CommandError } from './answer.ts';

type Engine = typeof import('@mitoyen/embedded-mongo');
type Options = { json?: boolean };

const say = (text: string) => process.stderr.write(`${text}\n`);

export function dbCommand(): Command {
  return new Command('db')
    .description('the embedded database, and moving to MongoDB and back')
    .addCommand(statsCommand())
    .addCommand(checkCommand())
    .addCommand(compactCommand())
    .addCommand(dumpCommand())
    .addCommand(loadCommand());
}

function statsCommand(): Command {
  return answeringCommand('stats', 'sizes and counts (the server must be stopped)', [
    'db stats --json',
  ]).action((options: Options) =>
    onFile(async (engine, file) => {
      const stats = await engine.databaseStats(file);
      answer(options.json, stats, () => [JSON.stringify(stats, null, 2)]);
    }),
  );
}

function checkCommand(): Command {
  return answeringCommand(
    'check',
    'check the file and every index against its documents (the server must be stopped)',
    ['db check'],
  ).action((options: Options) =>
    onFile(async (engine, file) => {
      const errors = await engine.checkDatabase(file, say);
      answer(options.json, { ok: errors.length === 0, errors }, () =>
        errors.length === 0 ? ['The database is sound.'] : errors,
      );
      if (errors.length > 0) process.exitCode = 1;
    }),
  );
}

function compactCommand(): Command {
  return answeringCommand('compact', 'give unused space back (the server must be stopped)', [
    'db compact',
  ]).action((options: Options) =>
    onFile(async (engine, file) => {
      const { before, after } = await engine.compactDatabase(file, say);
      answer(options.json, { before, after }, () => [`From ${before} to ${after} bytes.`]);
    }),
  );
}

function dumpCommand(): Command {
  return answeringCommand(
    'dump',
    'write every collection as Extended JSON lines, which mongoimport reads too',
    ['db dump ./dump'],
  )
    .argument('<folder>', 'an empty or new folder')
    .addHelpText(
      'after',
      '\nTo move to MongoDB: dump, set database.url, load. To move back: dump, take database.url away, load.',
    )
    .action((folder: string, options: Options) =>
      withDatabase(async (engine, db) => {
        const manifest = await engine.dumpDatabase(db, folder, say);
        answer(options.json, manifest, () => [
          `Dumped ${manifest.collections.length} collections to ${folder}.`,
        ]);
      }),
    );
}

function loadCommand(): Command {
  return answeringCommand(
    'load',
    'load a dump into the configured database, which must be empty; counts and checksums are compared',
    ['db load ./dump'],
  )
    .argument('<folder>', 'made by "db dump"')
    .action((folder: string, options: Options) =>
      withDatabase(async (engine, db) => {
        const loaded = await engine.loadDatabase(db, folder, say);
        // Its partners have gone on since: an admin looks before anything is sent or taken.
        await createPauseStore({ mongo: db, clock: systemClock }).add(EVERYBODY, 'restored');
        answer(options.json, loaded, () => [
          `Loaded ${loaded.length} collections; counts and checksums agree.`,
          'The exchange with partners is paused. When all is as it should be: mitoyen partner resume --all',
        ]);
      }),
    );
}

/** For work on the file itself, which nobody else may have open. */
async function onFile(run: (engine: Engine, file: string) => Promise<void>): Promise<void> {
  const { config } = loadConfig();
  if (config.database.url)
    throw new CommandError('This instance uses MongoDB (database.url): use its own tools.');
  const file = join(config.data_dir, 'mitoyen.db');
  if (!existsSync(file)) throw new CommandError(`There is no database yet: ${file}`);
  const taken = takeDataFolder(config.data_dir, 'command');
  if ('pid' in taken) {
    throw new CommandError(
      `A ${taken.purpose} (process ${taken.pid}) runs on ${config.data_dir}: stop it first.`,
    );
  }
  try {
    await run(await import('@mitoyen/embedded-mongo'), file);
  } finally {
    taken();
  }
}

async function withDatabase(run: (engine: Engine, db: Db) => Promise<void>): Promise<void> {
  const { config } = loadConfig();
  const log = createLog({ ...config, log: { ...config.log, level: 'warn' } }, 'stderr');
  const [engine, { MongoClient }, services] = await Promise.all([
    import('@mitoyen/embedded-mongo'),
    import('mongodb'),
    attachServices(config, log),
  ]);
  try {
    const client = await MongoClient.connect(services.databaseUrl, {
      serverSelectionTimeoutMS: 10_000,
    });
    try {
      await run(engine, client.db(config.database.name));
    } catch (error) {
      throw error instanceof engine.TransferError ? new CommandError(error.message) : error;
    } finally {
      await client.close();
    }
  } finally {
    await services.stop();
  }
}
