import { type Elem, fields, items } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import type { Plan } from '../query/choose.ts';
import type { Running } from '../query/run.ts';
import type { Command } from './command.ts';

/** A query that reads more than this many documents for each one that it returns is noted. */
const WASTEFUL_RATIO = 10;
/** Below this nobody notices. */
const WASTEFUL_FLOOR = 20;
const KEPT = 50;

/** Adds what a query has examined to the metrics, and notes it where that was far too much. */
export function recordQuery(
  { name, db, engine }: Command,
  namespace: string,
  filter: Elem | undefined,
  running: Running,
): void {
  const { plan, cost } = running;
  const { scanned, wasteful, unindexed } = engine.metrics;
  const shape = () =>
    `${db}.${namespace} ${name} ${filter ? shapeOf(filter) : '{}'} ${describePlan(plan)}`;
  scanned.keys += cost.keysExamined;
  scanned.docs += cost.docsExamined;
  if (plan.kind === 'scan') {
    scanned.collectionScans++;
    if (filter && fields(filter).length > 0) note(unindexed, shape(), (count = 0) => count + 1);
  }
  if (cost.docsExamined <= WASTEFUL_RATIO * cost.returned + WASTEFUL_FLOOR) return;
  const { docsExamined, returned } = cost;
  note(wasteful, shape(), (before) => ({
    count: (before?.count ?? 0) + 1,
    docsExamined,
    returned,
  }));
}

function note<V>(noted: Map<string, V>, id: string, next: (before: V | undefined) => V): void {
  noted.set(id, next(noted.get(id)));
  if (noted.size > KEPT) noted.delete(noted.keys().next().value!);
}

export function describePlan(plan: Plan): string {
  if (plan.kind !== 'index') return plan.kind === 'scan' ? 'COLLSCAN' : 'EOF';
  return plan.branches.map(({ index }) => index.spec.name).join(' | ');
}

/** Names and operators of a filter without its values, which may be private. */
export function shapeOf(elem: Elem): string {
  if (elem.type === T.array) {
    const [first] = items(elem);
    return first?.type === T.object ? `[${items(elem).map(shapeOf).join(', ')}]` : '[?]';
  }
  if (elem.type !== T.object) return '?';
  return `{${fields(elem)
    .map(([name, value]) => `${name}: ${shapeOf(value)}`)
    .join(', ')}}`;
}
