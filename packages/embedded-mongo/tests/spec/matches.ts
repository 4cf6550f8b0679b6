import { isDeepStrictEqual } from 'node:util';
import { EJSON } from 'bson';

type Json = unknown;

/** Unified test format's matching; returns what is wrong, or undefined. */
export function mismatch(expected: Json, actual: Json, path = '', root = true): string | undefined {
  if (isPlain(expected)) {
    const [operator] = Object.keys(expected);
    if (operator === '$$unsetOrMatches') {
      if (actual === undefined || actual === null) return undefined;
      return mismatch(expected[operator], actual, path, root);
    }
    if (operator === '$$exists') {
      return (actual !== undefined) === expected[operator] ? undefined : `${path}: existence`;
    }
    if (operator === '$$type') {
      const types = [expected[operator]].flat() as string[];
      return types.includes(typeOf(actual)) ? undefined : `${path}: type ${typeOf(actual)}`;
    }
    if (!isPlain(actual)) return `${path}: expected a document, got ${show(actual)}`;
    for (const [name, value] of Object.entries(expected)) {
      const wrong = mismatch(value, actual[name], `${path}.${name}`, false);
      if (wrong) return wrong;
    }
    if (root) return undefined;
    const extra = Object.keys(actual).find((name) => !(name in expected));
    return extra === undefined ? undefined : `${path}: unexpected ${extra}`;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${path}: expected an array, got ${show(actual)}`;
    if (actual.length !== expected.length)
      return `${path}: ${actual.length} items, not ${expected.length}: ${show(actual)}`;
    for (let i = 0; i < expected.length; i++) {
      const wrong = mismatch(expected[i], actual[i], `${path}[${i}]`, root);
      if (wrong) return wrong;
    }
    return undefined;
  }
  return isDeepStrictEqual(normal(expected), normal(actual))
    ? undefined
    : `${path}: expected ${show(expected)}, got ${show(actual)}`;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Numbers match by value, whatever their type. */
function normal(value: unknown): unknown {
  if (value !== null && typeof value === 'object' && 'valueOf' in value) {
    const plain = (value as { valueOf(): unknown }).valueOf();
    if (typeof plain === 'number') return plain;
  }
  return value !== null && typeof value === 'object' ? EJSON.stringify(value) : value;
}

function typeOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  if (Array.isArray(value)) return 'array';
  if (value !== null && typeof value === 'object') {
    const { _bsontype } = value as { _bsontype?: string };
    return _bsontype ? _bsontype[0]!.toLowerCase() + _bsontype.slice(1) : 'object';
  }
  return value === null ? 'null' : typeof value;
}

export function show(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined';
}
