import { type Elem, fields, stringOf } from '../bson/raw.ts';
import { show } from '../bson/show.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Collation } from '../query/collation.ts';
import { ARRAY_OPERATORS } from './array-operators.ts';
import { FIELD_OPERATORS } from './field-operators.ts';
import type { Modifier } from './modifier.ts';

/** How one operator turns an argument into a modifier. */
export type Operator = (
  argument: Elem,
  where: OperatorContext,
) => Omit<Modifier, 'operator' | 'parts' | 'path' | 'onInsertOnly' | 'renamedFrom'>;

export interface OperatorContext {
  readonly path: string;
  readonly collation: Collation | undefined;
}

/** Parses `{$set: {...}, $push: {...}}`; unknown operators and clashing paths are refused. */
export function parseUpdate(update: Elem, collation?: Collation): Modifier[] {
  const modifiers: Modifier[] = [];
  for (const [operator, argument] of fields(update)) {
    if (!operator.startsWith('$')) {
      throw new MongoError(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (operator !== '$rename' && !(operator in OPERATORS)) {
      throw new MongoError(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (argument.type !== T.object) {
      throw new MongoError(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${show(argument)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${show(argument)}}`,
      );
    }
    for (const [path, value] of fields(argument)) {
      if (operator === '$rename') modifiers.push(...renameModifiers(path, value));
      else modifiers.push(build(operator, path, value, collation));
    }
  }
  modifiers.sort((a, b) => compareParts(a.parts, b.parts));
  refuseConflicts(modifiers);
  return modifiers;
}

const OPERATORS: Record<string, Operator> = { ...FIELD_OPERATORS, ...ARRAY_OPERATORS };

function build(
  operator: string,
  path: string,
  value: Elem,
  collation: Collation | undefined,
): Modifier {
  return {
    operator,
    path,
    parts: splitPath(path),
    onInsertOnly: operator === '$setOnInsert',
    ...OPERATORS[operator]!(value, { path, collation }),
  };
}

function splitPath(path: string): string[] {
  const parts = path.split('.');
  if (path === '') throw new MongoError('EmptyFieldName', 'An empty update path is not valid.');
  if (parts.includes('')) {
    throw new MongoError(
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  parts.forEach((part, i) => {
    if (!part.startsWith('$')) return;
    if (i > 0 && (part === '$' || /^\$\[\w*\]$/.test(part))) return;
    if (i === 0 && (part === '$' || part.startsWith('$['))) {
      throw new MongoError(
        'BadValue',
        `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
      );
    }
    throw new MongoError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${part}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  });
  return parts;
}

/** `$rename` takes a value away in one place and sets it in another. */
function renameModifiers(from: string, target: Elem): Modifier[] {
  if (target.type !== T.string) {
    throw new MongoError(
      'BadValue',
      `The 'to' field for $rename must be a string: ${from}: ${show(target)}`,
    );
  }
  const to = stringOf(target);
  if (from === to) {
    throw new MongoError(
      'BadValue',
      `The source and target field for $rename must differ: ${from}: "${to}"`,
    );
  }
  const sourceParts = splitPath(from);
  const targetParts = splitPath(to);
  if ([...sourceParts, ...targetParts].some((part) => part.startsWith('$'))) {
    throw new MongoError(
      'BadValue',
      `The source and target field for $rename may not be dynamic: ${from}`,
    );
  }
  // Both halves are carried out by `applyRename`, which sees the whole document.
  const keep = {
    creates: false,
    onInsertOnly: false,
    apply: (old: Parameters<Modifier['apply']>[0]) => old,
  };
  return [
    { operator: '$rename', path: from, parts: sourceParts, ...keep },
    { operator: '$renameTo', path: to, parts: targetParts, renamedFrom: sourceParts, ...keep },
  ];
}

/** MongoDB applies fields in order of their names, array positions in order of number. */
function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x === y) continue;
    if (/^\d+$/.test(x) && /^\d+$/.test(y)) return Number(x) - Number(y);
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

function refuseConflicts(modifiers: readonly Modifier[]): void {
  const taken = new Map<string, string>();
  for (const { path, parts } of modifiers) {
    let prefix = '';
    parts.forEach((part, i) => {
      prefix = i === 0 ? part : `${prefix}.${part}`;
      const whole = i === parts.length - 1;
      const other = taken.get(prefix);
      if (other === 'whole' || (whole && other !== undefined)) {
        throw new MongoError(
          'ConflictingUpdateOperators',
          `Updating the path '${path}' would create a conflict at '${prefix}'`,
        );
      }
      taken.set(prefix, whole ? 'whole' : 'part');
    });
  }
}
