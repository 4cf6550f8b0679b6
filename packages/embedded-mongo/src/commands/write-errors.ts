import { MongoError } from '../errors.ts';

export interface WriteError {
  index: number;
  code: number;
  errmsg: string;
}

/**
 * Runs the statements of a write command one by one. An ordered command stops at the
 * first that fails, an unordered one goes on; what was done stays done.
 */
export function eachStatement<S>(
  statements: readonly S[],
  ordered: boolean,
  run: (statement: S, index: number) => void,
): WriteError[] {
  const errors: WriteError[] = [];
  for (let index = 0; index < statements.length; index++) {
    try {
      run(statements[index]!, index);
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      errors.push({ index, code: error.code, errmsg: error.message, ...error.details });
      if (ordered) break;
    }
  }
  return errors;
}

export function withErrors(reply: object, errors: WriteError[]): object {
  return errors.length > 0 ? { ...reply, writeErrors: errors, ok: 1 } : { ...reply, ok: 1 };
}
