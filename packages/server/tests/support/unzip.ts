/** The files of a zip, by name. */
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const STORED = 0;

export function unzip(bytes: Buffer): Map<string, Buffer> {
  let end = bytes.length - 22;
  while (bytes.readUInt32LE(end) !== END) end -= 1;
  const count = bytes.readUInt16LE(end + 10);
  const files = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    const [method, packed] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((part) => bytes.readUInt16LE(at + part)) as [
      number,
      number,
      number,
    ];
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + packed);
    files.set(
      bytes.toString('utf8', at + 46, at + 46 + name),
      method === STORED ? data : inflateRawSync(data),
    );
    at += 46 + name + extra + comment;
  }
  return files;
}
