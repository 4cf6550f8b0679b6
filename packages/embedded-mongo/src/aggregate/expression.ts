import type { Document } from 'bson';
import { plainDoc, plainValue } from '../bson/convert.ts';
import { type Elem, fields } from '../bson/raw.ts';
import { mingo, mingoOptions, refuseUnknownOperators, translateErrors } from './mingo.ts';

/** `let` variables of a command: constants or expressions without fields. */
export function variablesOf(elem: Elem | undefined): Document {
  if (!elem) return {};
  const options = mingoOptions({});
  const evaluate = (value: Elem) =>
    translateErrors(() => mingo().evalExpr({}, plainValue(value) as never, options));
  return Object.fromEntries(fields(elem).map(([name, value]) => [name, evaluate(value)]));
}

/** Compiles an expression to a function of raw documents. */
export function compileExpression(expression: Elem, variables?: Elem): (doc: Elem) => unknown {
  const plain = plainValue(expression);
  refuseUnknownOperators(plain);
  const options = mingoOptions(variablesOf(variables));
  return (doc) =>
    translateErrors(() => mingo().evalExpr(plainDoc(doc) as never, plain as never, options));
}

/** Compiles `$expr` to a test of raw documents. */
export function expressionTest(expression: Elem, variables?: Elem): (doc: Elem) => boolean {
  const evaluate = compileExpression(expression, variables);
  return (doc) => {
    const value = evaluate(doc);
    return value !== false && value !== 0 && value !== null && value !== undefined;
  };
}
