/** The archive: a zip with one JSON file for each kind of thing, and the pictures of one's posts. */
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { PersonalData } from '../../personal-data.ts';
import type { Blobs } from '../../platform/blobs.ts';

const README = `This archive holds what is yours on this server: what you wrote, whom you follow, what you
chose, and the pictures of your posts. Each .json file is a list. What others wrote is not in it.
`;

/** Writes it piece by piece; resolves to its size in bytes. */
export async function writeArchive(
  file: string,
  from: { account: string; data: PersonalData[]; blobs: Blobs },
): Promise<number> {
  const { account, data, blobs } = from;
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  const written = pipeline(output, createWriteStream(file, { mode: 0o600 }));
  // Heard below, once everything is in.
  written.catch(() => {});
  zip.addBuffer(Buffer.from(README), 'README.txt');
  for (const { name, read } of data) {
    const rows = async () => Readable.from(jsonList(await read(account)));
    addLazily(zip, `${name}.json`, rows);
  }
  for (const { files } of data) {
    if (!files) continue;
    for await (const { path, key } of files(account)) {
      const opened = await blobs.open(key);
      if (!opened) continue;
      // Opened again when its turn comes: thousands of open files would be too many.
      opened.stream.destroy();
      addLazily(zip, path, async () => (await blobs.open(key))?.stream ?? Readable.from([]));
    }
  }
  zip.end();
  await written;
  return (await stat(file)).size;
}

function addLazily(zip: ZipFile, path: string, open: () => Promise<Readable>): void {
  zip.addReadStreamLazy(path, (done) => {
    open().then(
      (stream) => done(null, stream),
      (error) => done(error, Readable.from([])),
    );
  });
}

async function* jsonList(rows: AsyncIterable<object> | object[]): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const row of rows) {
    yield separator + JSON.stringify(row);
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
