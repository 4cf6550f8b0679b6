import { type Elem, fields, items } from './raw.ts';
import { T } from './types.ts';
import { ByteWriter } from './writer.ts';

/**
 * A document opened for change. Only the containers on the way to a change are opened;
 * all other values stay raw, so their exact types and bytes survive an update untouched.
 */
export type Node = Elem | DocNode | ArrayNode;

export class DocNode {
  readonly type = T.object;
  readonly fields: Map<string, Node>;

  constructor(entries: Iterable<[string, Node]> = []) {
    this.fields = new Map(entries);
  }
}

export class ArrayNode {
  readonly type = T.array;
  items: Node[];

  constructor(list: Node[] = []) {
    this.items = list;
  }
}

export function isRaw(node: Node): node is Elem {
  return !(node instanceof DocNode) && !(node instanceof ArrayNode);
}

/** Opens one level of a document or array; other values are returned as they are. */
export function open(node: Node): Node {
  if (!isRaw(node)) return node;
  if (node.type === T.object) return new DocNode(fields(node));
  if (node.type === T.array) return new ArrayNode(items(node));
  return node;
}

export function openDoc(doc: Elem): DocNode {
  return new DocNode(fields(doc));
}

function writeNode(w: ByteWriter, node: Node): void {
  if (node instanceof DocNode) {
    const mark = w.startDoc();
    for (const [name, child] of node.fields) {
      w.byte(child.type);
      w.cstring(name);
      writeNode(w, child);
    }
    w.endDoc(mark);
  } else if (node instanceof ArrayNode) {
    const mark = w.startDoc();
    node.items.forEach((child, index) => {
      w.byte(child.type);
      w.cstring(String(index));
      writeNode(w, child);
    });
    w.endDoc(mark);
  } else {
    w.bytes(node.buf, node.start, node.end);
  }
}

const shared = new ByteWriter(4096);

/** The node as one raw value. */
export function close(node: Node): Elem {
  if (isRaw(node)) return node;
  shared.reset();
  writeNode(shared, node);
  const buf = shared.copy();
  return { type: node.type, buf, start: 0, end: buf.length };
}
