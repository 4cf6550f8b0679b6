/** Takes a stream of bytes apart without holding more of it than is asked for. */
export type ByteReader = {
  /** As many as there are, up to these. */
  upTo: (bytes: number) => Promise<Buffer>;
  /** Without its end; null where there is none within these bytes. */
  line: (most: number) => Promise<string | null>;
  isAtEnd: () => Promise<boolean>;
};

export function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let length = 0;
  let ended = false;

  async function fill(wanted: number): Promise<void> {
    while (length < wanted && !ended) {
      const next = await iterator.next();
      if (next.done) ended = true;
      else if (next.value.length > 0) {
        held.push(next.value);
        length += next.value.length;
      }
    }
  }

  function take(bytes: number): Buffer {
    const all = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held, length);
    const taken = all.subarray(0, bytes);
    const rest = all.subarray(taken.length);
    held = rest.length > 0 ? [rest] : [];
    length = rest.length;
    return taken;
  }

  return {
    upTo: async (bytes) => {
      await fill(bytes);
      return take(bytes);
    },
    line: async (most) => {
      await fill(most);
      const all = Buffer.concat(held, length);
      const end = all.subarray(0, most).indexOf(0x0a);
      if (end === -1) return null;
      return take(end + 1)
        .subarray(0, end)
        .toString('utf8');
    },
    isAtEnd: async () => {
      await fill(1);
      return length === 0;
    },
  };
}
