import { fields } from '../bson/raw.ts';
import { T } from '../bson/types.ts';
import { MongoError } from '../errors.ts';
import type { Plan } from '../query/choose.ts';
import type { Interval } from '../query/interval.ts';
import type { IndexAccess } from '../query/plan.ts';
import { type Query, type Running, runQuery } from '../query/run.ts';
import type { Collection } from '../storage/collection.ts';
import { preparePipeline } from './aggregate.ts';
import {
  type Command,
  collectionName,
  countOption,
  docOption,
  type Handler,
  stringOption,
} from './command.ts';
import { compileQuery, isTrue, type QueryParts } from './filter.ts';
import { queryParts } from './find.ts';
import { VERSION } from './hello.ts';

/** `explain`: the plan, and unless only that is asked, what running it examined. */
export const explain: Handler = (command) => {
  const inner = command.options.get('explain');
  if (inner?.type !== T.object) throw new MongoError('TypeMismatch', 'explain takes a command');
  const options = new Map(fields(inner));
  const [name] = options.keys();
  const explained: Command = { ...command, name: name ?? '', options };
  const verbosity = stringOption(command, 'verbosity') ?? 'allPlansExecution';
  const { running, query, collection, namespace } = prepare(explained);
  const executed = verbosity === 'queryPlanner' ? {} : { executionStats: execute(running) };
  return {
    explainVersion: '1',
    queryPlanner: {
      namespace,
      indexFilterSet: false,
      winningPlan: running ? stage(running.plan, query) : { stage: 'EOF' },
      rejectedPlans: [],
    },
    ...executed,
    command: inner,
    serverInfo: { host: 'localhost', port: 0, version: VERSION, gitVersion: 'mitoyen-embedded' },
    ...(collection ? {} : { note: 'the collection does not exist' }),
    ok: 1,
  };
};

interface Prepared {
  running: Running | undefined;
  query: Query | undefined;
  collection: Collection | undefined;
  namespace: string;
}

function prepare(command: Command): Prepared {
  const collection = command.engine.catalog.find(command.db, collectionName(command));
  const namespace = `${command.db}.${collectionName(command)}`;
  if (command.name === 'aggregate') {
    const { running, query } = preparePipeline(command);
    return { running, query, collection, namespace };
  }
  const query = compileQuery(collection, partsOf(command));
  return { running: collection && runQuery(collection, query), query, collection, namespace };
}

function partsOf(command: Command): QueryParts {
  switch (command.name) {
    case 'find':
      return { ...queryParts(command), limit: countOption(command, 'limit') };
    case 'count':
    case 'distinct':
      return queryParts(command);
    case 'findAndModify':
    case 'findandmodify':
      return { ...queryParts(command), limit: 1 };
    case 'update':
    case 'delete': {
      const list = command.options.get(command.name === 'update' ? 'updates' : 'deletes');
      const statement = list?.type === T.array ? fields(list)[0]?.[1] : undefined;
      const parts = new Map(statement?.type === T.object ? fields(statement) : []);
      const one =
        command.name === 'update' ? !isTrue(parts.get('multi')) : isTrue(parts.get('limit'));
      return {
        filter: parts.get('q'),
        collation: parts.get('collation'),
        hint: parts.get('hint'),
        let: docOption(command, 'let'),
        limit: one ? 1 : 0,
      };
    }
    default:
      throw new MongoError(
        'CommandNotFound',
        `Explain failed due to unknown command: ${command.name}`,
      );
  }
}

function execute(running: Running | undefined): object {
  const startedAt = performance.now();
  let nReturned = 0;
  while (running?.next()) nReturned++;
  return {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: Math.round(performance.now() - startedAt),
    totalKeysExamined: running?.cost.keysExamined ?? 0,
    totalDocsExamined: running?.cost.docsExamined ?? 0,
  };
}

function stage(plan: Plan, query: Query | undefined): object {
  const inner = access(plan);
  const sort = query?.sort ?? [];
  if (!plan.blockingSort) return inner;
  const sortPattern = Object.fromEntries(
    sort.map(({ path, descending }) => [path.text, descending ? -1 : 1]),
  );
  return { stage: 'SORT', sortPattern, memLimit: 104_857_600, inputStage: inner };
}

function access(plan: Plan): object {
  if (plan.kind === 'empty') return { stage: 'EOF' };
  if (plan.kind === 'scan')
    return { stage: 'COLLSCAN', direction: plan.reverse ? 'backward' : 'forward' };
  const scans = plan.branches.map(indexScan);
  if (scans.length === 1) return { stage: 'FETCH', inputStage: scans[0] };
  return {
    stage: 'FETCH',
    inputStage: { stage: plan.mergeFrom ? 'SORT_MERGE' : 'OR', inputStages: scans },
  };
}

function indexScan({ index, reverse, merge, ranges, bounds }: IndexAccess): object {
  const { spec } = index;
  return {
    stage: 'IXSCAN',
    keyPattern: spec.key,
    indexName: spec.name,
    isMultiKey: index.multikey !== 0,
    isUnique: spec.unique,
    isSparse: spec.sparse,
    isPartial: spec.partial !== undefined,
    direction: reverse ? 'backward' : 'forward',
    // The engine's own: how many stretches are read, and whether they are merged in order.
    ranges: ranges.length,
    merged: merge && ranges.length > 1,
    indexBounds: Object.fromEntries(
      spec.fields.map(({ path }, i) => [path.text, describe(bounds[i])]),
    ),
  };
}

/** Bounds as the bytes of their keys: exact, and safe to print. */
function describe(intervals: readonly Interval[] | undefined): string[] {
  if (!intervals) return ['[MinKey, MaxKey]'];
  const shown = intervals.slice(0, 20).map(({ lo, hi }) => {
    const open = lo.after ? '(' : '[';
    const close = hi.after ? ']' : ')';
    return `${open}${lo.bytes.toString('hex')}, ${hi.bytes.toString('hex')}${close}`;
  });
  return intervals.length > 20 ? [...shown, `and ${intervals.length - 20} more`] : shown;
}
