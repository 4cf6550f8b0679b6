import { HEADER, MAX_MESSAGE, MalformedMessage } from './message.ts';

/**
 * Cuts a stream of bytes into messages. A length that is only announced costs nothing:
 * chunks are kept as they come and joined when the message is whole.
 */
export function createFramer(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;

  function joined(): Buffer {
    const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, held);
    chunks = [all];
    return all;
  }

  let wanted = 4;
  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const all = joined();
      const length = all.readInt32LE(0);
      if (length < HEADER || length > MAX_MESSAGE) {
        throw new MalformedMessage(`a message cannot have ${length} bytes`);
      }
      if (held < length) {
        wanted = length;
        return;
      }
      const rest = all.subarray(length);
      chunks = rest.length > 0 ? [rest] : [];
      held = rest.length;
      wanted = 4;
      onMessage(all.subarray(0, length));
    }
  };
}
