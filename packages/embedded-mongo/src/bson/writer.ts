import type { Elem } from './raw.ts';

/** A growing byte buffer for BSON, index keys and wire messages. */
export class ByteWriter {
  buf: Buffer;
  length = 0;

  constructor(size = 256) {
    this.buf = Buffer.allocUnsafeSlow(size);
  }

  ensure(more: number): void {
    const needed = this.length + more;
    if (needed <= this.buf.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buf.length * 2));
    this.buf.copy(grown, 0, 0, this.length);
    this.buf = grown;
  }

  byte(value: number): void {
    this.ensure(1);
    this.buf[this.length++] = value;
  }

  int32(value: number): void {
    this.ensure(4);
    this.buf.writeInt32LE(value, this.length);
    this.length += 4;
  }

  bytes(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start;
    this.ensure(size);
    if (size < 32) {
      const { buf } = this;
      let at = this.length;
      for (let p = start; p < end; p++) buf[at++] = source[p]!;
    } else {
      this.buf.set(source.subarray(start, end), this.length);
    }
    this.length += size;
  }

  cstring(text: string): void {
    this.ensure(text.length * 3 + 1);
    this.length += this.buf.write(text, this.length, 'utf8');
    this.buf[this.length++] = 0;
  }

  /** A field: type byte, name, value. */
  field(name: string, value: Elem): void {
    this.byte(value.type);
    this.cstring(name);
    this.bytes(value.buf, value.start, value.end);
  }

  /** Opens a document; hand the returned mark to `endDoc`. */
  startDoc(): number {
    const mark = this.length;
    this.int32(0);
    return mark;
  }

  endDoc(mark: number): void {
    this.byte(0);
    this.buf.writeInt32LE(this.length - mark, mark);
  }

  /** A copy of what was written, for keeping. */
  copy(): Buffer {
    const out = Buffer.allocUnsafeSlow(this.length);
    this.buf.copy(out, 0, 0, this.length);
    return out;
  }

  /** A copy for the moment, out of Node's pool: cheap, but it holds its slab as long as it lives. */
  passingCopy(): Buffer {
    const out = Buffer.allocUnsafe(this.length);
    this.buf.copy(out, 0, 0, this.length);
    return out;
  }

  reset(): void {
    this.length = 0;
  }
}
