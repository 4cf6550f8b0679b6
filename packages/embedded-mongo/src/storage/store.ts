import { fdatasync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { FileInUseError, FormatError } from './file-errors.ts';
import { createLogSync, type Flush } from './log-sync.ts';

/** 'Mito': marks the SQLite file as ours. */
const APPLICATION_ID = 0x4d69746f;
/** Raised whenever the layout of tables or keys changes; `migrate` below knows the steps. */
export const FORMAT_VERSION = 1;

/** Pages of the log after which they are written into the file. */
const LOG_PAGES = 32_000;

export interface StoreOptions {
  /** Path of the SQLite file, or `:memory:`. */
  file: string;
  /** Page cache in MiB. */
  cacheMiB?: number | undefined;
  /** Told when the disk did not take what was committed: whatever still runs must end. */
  onDiskFailed?: ((error: Error) => void) | undefined;
  /** Flushes the log (`fs.fdatasync`); a test hands in a slow or a failing disk. */
  flush?: Flush | undefined;
}

/**
 * The SQLite file: pragmas, format, transactions, prepared statements. One process owns
 * the file (exclusive lock), so no lock is taken or released while serving.
 */
export interface Store {
  readonly db: DatabaseSync;
  readonly file: string;
  /** Must come before every write: opens the batch's transaction and the savepoint of one piece of work. */
  beginWrite(): void;
  readonly writing: () => boolean;
  /** Whether the present piece of work has written. */
  readonly touched: () => boolean;
  /** Ends a piece of work and keeps what it wrote for the commit. */
  keep(): void;
  /** Ends a piece of work and takes back what it wrote. */
  undo(): void;
  /** SQLite itself has rolled the open transaction back. */
  readonly lost: () => boolean;
  /** Ends the transaction: what it wrote is seen from now on, and kept if this process dies. */
  commit(): void;
  /** Calls back once all that was committed survives a power cut too, or with why it does not. */
  whenSafe(done: (error?: Error) => void): void;
  rollback(): void;
  /**
   * Writes everything into the file and leaves it alone for so many milliseconds: what comes
   * goes to the log beside it. False where it is held already.
   */
  hold(milliseconds: number): boolean;
  /** Whether it was held until now. */
  release(): boolean;
  prepare(sql: string): StatementSync;
  close(): void;
}

export function openStore({
  file,
  cacheMiB = 10,
  onDiskFailed = () => {},
  flush = fdatasync,
}: StoreOptions): Store {
  const db = new DatabaseSync(file);
  try {
    prepareFile(db, file, cacheMiB);
  } catch (error) {
    db.close();
    throw error;
  }
  const log = createLogSync(file === ':memory:' ? null : `${file}-wal`, onDiskFailed, flush);
  let open = false;
  let held: NodeJS.Timeout | undefined;
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const savepoint = db.prepare('SAVEPOINT piece');
  const release = db.prepare('RELEASE piece');
  // The first piece of a transaction is undone with it: a savepoint would copy every page
  // that it changes (a quarter of the time of a bulk insert).
  let piece: 'none' | 'first' | 'later' = 'none';
  return {
    db,
    file,
    beginWrite() {
      if (piece !== 'none') return;
      if (open) savepoint.run();
      else begin.run();
      piece = open ? 'later' : 'first';
      open = true;
    },
    writing: () => open,
    touched: () => piece !== 'none',
    keep() {
      if (piece === 'later') release.run();
      piece = 'none';
    },
    undo() {
      if (piece === 'later' && db.isTransaction) db.exec('ROLLBACK TO piece; RELEASE piece');
      if (piece === 'first') {
        if (db.isTransaction) db.exec('ROLLBACK');
        open = false;
      }
      piece = 'none';
    },
    lost: () => open && !db.isTransaction,
    commit() {
      if (!open) return;
      commit.run();
      open = false;
      log.wrote();
    },
    whenSafe: log.whenSafe,
    rollback() {
      open = false;
      piece = 'none';
      // After an I/O error SQLite has already rolled back by itself.
      if (db.isTransaction) db.exec('ROLLBACK');
    },
    hold(milliseconds) {
      if (held) return false;
      this.commit();
      const done = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
      if (done.busy !== 0) throw new Error('the log could not be written into the file');
      db.exec('PRAGMA wal_autocheckpoint=0');
      held = setTimeout(() => this.release(), milliseconds).unref();
      return true;
    },
    release() {
      if (!held) return false;
      clearTimeout(held);
      held = undefined;
      db.exec(`PRAGMA wal_autocheckpoint=${LOG_PAGES}`);
      return true;
    },
    prepare(sql) {
      const statement = db.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    },
    close() {
      clearTimeout(held);
      // SQLite flushes the log itself when it moves it into the database.
      db.close();
      log.close();
    },
  };
}

function prepareFile(db: DatabaseSync, file: string, cacheMiB: number): void {
  try {
    db.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA busy_timeout=0;');
    const { application_id: id } = db.prepare('PRAGMA application_id').get() as {
      application_id: number;
    };
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as {
      user_version: number;
    };
    const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
    if (tables.n > 0 && id !== APPLICATION_ID) {
      throw new FormatError(`${file} is not a Mitoyen database`);
    }
    if (version > FORMAT_VERSION) {
      throw new FormatError(
        `${file} has format ${version}; this version of Mitoyen reads up to ${FORMAT_VERSION}. Install a newer one.`,
      );
    }
    if (tables.n === 0) db.exec('PRAGMA page_size=4096');
    // NORMAL flushes the log before it is moved into the database, which keeps the file whole;
    // that each commit is flushed before it is acknowledged is ours to do (log-sync.ts).
    db.exec(`
      PRAGMA journal_mode=WAL;
      PRAGMA synchronous=NORMAL;
      PRAGMA wal_autocheckpoint=${LOG_PAGES};
      PRAGMA journal_size_limit=67108864;
      PRAGMA temp_store=MEMORY;
      PRAGMA cache_size=${-1024 * cacheMiB};
      BEGIN IMMEDIATE;
    `);
    if (tables.n === 0) createSchema(db);
    db.exec('COMMIT');
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const code = (error as { errcode?: number }).errcode;
    if (code === 5 || code === 261) {
      throw new FileInUseError(`${file} is in use by another process`, { cause: error });
    }
    if (code === 26) throw new FormatError(`${file} is not a database`, { cause: error });
    throw error;
  }
}

function createSchema(db: DatabaseSync): void {
  db.exec(`
    PRAGMA application_id=${APPLICATION_ID};
    PRAGMA user_version=${FORMAT_VERSION};
    CREATE TABLE collections (
      id INTEGER PRIMARY KEY AUTOINCREMENT, db TEXT NOT NULL, name TEXT NOT NULL, options BLOB NOT NULL,
      UNIQUE (db, name)
    );
    CREATE TABLE indexes (
      id INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, name TEXT NOT NULL,
      spec BLOB NOT NULL, multikey INTEGER NOT NULL DEFAULT 0,
      UNIQUE (collection, name)
    );
  `);
}
