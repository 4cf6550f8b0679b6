/**
 * What a feature keeps of one person: their own things, as they go into the archive that
 * they can take with them. Read in pieces, so that a long history needs little memory.
 */
export type PersonalData = {
  /** Name of the file in the archive, without its ending. */
  name: string;
  read: (account: string) => AsyncIterable<object> | Promise<object[]>;
  /** Files to go along: their path in the archive, and their blob. */
  files?: (account: string) => AsyncIterable<{ path: string; key: string }>;
};

/** Everything of a list that is read page by page, each after the last id of the one before. */
export async function* everyPage<T extends { _id: string }>(
  read: (page: { maxId?: string; limit: number }) => Promise<T[]>,
  limit = 200,
): AsyncGenerator<T> {
  let maxId: string | undefined;
  for (;;) {
    const rows = await read({ limit, ...(maxId && { maxId }) });
    yield* rows;
    maxId = rows.at(-1)?._id;
    if (rows.length < limit || !maxId) return;
  }
}
