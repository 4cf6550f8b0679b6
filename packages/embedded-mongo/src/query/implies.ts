import { compareBytes } from '../bson/key.ts';
import { T } from '../bson/types.ts';
import { conjuncts, type Predicate } from './ast.ts';

/** Whether every document that meets all of `list` meets the filter of a partial index. */
export function impliesPartial(list: readonly Predicate[], partial: Predicate): boolean {
  return conjuncts(partial).every((part) => impliesOne(list, part));
}

function impliesOne(list: readonly Predicate[], part: Predicate): boolean {
  if (part.kind === 'or') return part.list.some((one) => impliesPartial(list, one));
  if (part.kind === 'exists') return impliesPresent(list, part.path.text);
  return list.some((given) => implies(given, part));
}

/** Whether the filter can only be met where the field is there. */
export function impliesPresent(list: readonly Predicate[], path: string): boolean {
  return list.some((given) => {
    if (given.kind === 'and') return impliesPresent(given.list, path);
    if (given.kind === 'or') return given.list.every((one) => impliesPresent([one], path));
    if (given.kind === 'elemMatch')
      return (
        path === given.path.text ||
        (path.startsWith(`${given.path.text}.`) &&
          impliesPresent(conjuncts(given.inner), path.slice(given.path.text.length + 1)))
      );
    if (!('path' in given) || given.path.text !== path) return false;
    if (given.kind === 'compare') return given.value.type !== T.null;
    if (given.kind === 'in') return given.values.every((value) => value.type !== T.null);
    return true;
  });
}

function implies(given: Predicate, part: Predicate): boolean {
  if (!('path' in given) || !('path' in part) || given.path.text !== part.path.text) return false;
  if (part.kind === 'type') {
    if (given.kind === 'type') return [...given.types].every((type) => part.types.has(type));
    return (
      given.kind === 'compare' &&
      given.op === 'eq' &&
      given.value.type !== T.array &&
      part.types.has(given.value.type)
    );
  }
  if (part.kind === 'in') {
    const has = (key: Buffer) => part.keys.some((one) => one.equals(key));
    if (given.kind === 'in') return given.patterns.length === 0 && given.keys.every(has);
    return given.kind === 'compare' && given.op === 'eq' && has(given.key);
  }
  if (part.kind !== 'compare') return false;
  if (given.kind === 'in') {
    return (
      given.patterns.length === 0 &&
      given.keys.length > 0 &&
      given.values.every((value, i) =>
        implies({ kind: 'compare', path: given.path, op: 'eq', value, key: given.keys[i]! }, part),
      )
    );
  }
  if (given.kind !== 'compare' || given.key[0] !== part.key[0]) return false;
  const order = compareBytes(given.key, part.key);
  switch (part.op) {
    case 'eq':
      return given.op === 'eq' && order === 0;
    case 'gt':
      return given.op === 'gt'
        ? order >= 0
        : (given.op === 'gte' || given.op === 'eq') && order > 0;
    case 'gte':
      return (given.op === 'gt' || given.op === 'gte' || given.op === 'eq') && order >= 0;
    case 'lt':
      return given.op === 'lt'
        ? order <= 0
        : (given.op === 'lte' || given.op === 'eq') && order < 0;
    case 'lte':
      return (given.op === 'lt' || given.op === 'lte' || given.op === 'eq') && order <= 0;
  }
}
