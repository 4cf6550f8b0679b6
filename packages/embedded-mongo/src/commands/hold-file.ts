import { MongoError } from '../errors.ts';
import { countOption, expectOptions, type Handler } from './command.ts';

const MOST_SECONDS = 3600;

/**
 * The engine's own: `{holdFile: 1, seconds}` leaves the file as it is at this moment, so that
 * another process can copy it; what is written meanwhile goes to the log beside it. Ends by
 * `{releaseFile: 1}`, which says whether it held so long, or by itself after these seconds.
 */
export const holdFile: Handler = (command) => {
  expectOptions(command, 'seconds');
  const { store } = command.engine;
  if (store.file === ':memory:') throw new MongoError(20, 'there is no file to hold');
  const seconds = Math.min(countOption(command, 'seconds') || MOST_SECONDS, MOST_SECONDS);
  if (!store.hold(seconds * 1000)) throw new MongoError(117, 'the file is held already');
  return { file: store.file, ok: 1 };
};

export const releaseFile: Handler = (command) => {
  expectOptions(command);
  return { held: command.engine.store.release(), ok: 1 };
};
