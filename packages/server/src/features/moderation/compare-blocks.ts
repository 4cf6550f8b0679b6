/** What a block list would change here: pure. Nothing is ever made weaker by a list. */
import { type DomainBlock, SEVERITIES } from '../partners/partners.ts';
import type { BlockList, BlockRow, RefusedRow } from './block-list-csv.ts';

export type Comparison = {
  add: BlockRow[];
  /** Blocked here, and more strictly by the list. */
  change: BlockRow[];
  /** Partners with an agreement: never blocked by a list, unless an admin names them. */
  partners: BlockRow[];
  /** Blocked by this very list before, and not in it any more. */
  lift: DomainBlock[];
  same: number;
  refused: RefusedRow[];
};

export function compareBlocks(
  list: BlockList,
  here: { blocks: DomainBlock[]; partners: ReadonlySet<string>; ownHosts: string[] },
  id?: string,
): Comparison {
  const current = new Map(here.blocks.map((block) => [block.host, block]));
  const result: Comparison = {
    ...{ add: [], change: [], partners: [], lift: [], same: 0 },
    refused: [...list.refused],
  };
  for (const row of list.rows) {
    const known = current.get(row.host);
    if (here.ownHosts.some((own) => covers(row.host, own)))
      result.refused.push({ line: 0, text: row.host, reason: 'is this server' });
    else if (known && !isStricter(row, known)) result.same += 1;
    else if ([...here.partners].some((host) => covers(row.host, host))) result.partners.push(row);
    else result[known ? 'change' : 'add'].push(known ? stricter(row, known) : row);
  }
  if (id !== undefined) {
    const named = new Set(list.rows.map(({ host }) => host));
    result.lift = here.blocks.filter((block) => block.list === id && !named.has(block.host));
  }
  return result;
}

/** A block names a host with its subdomains, whatever their port. */
function covers(blocked: string, host: string): boolean {
  const bare = host.replace(/:\d+$/, '');
  return host === blocked || bare === blocked || bare.endsWith(`.${blocked}`);
}

const rank = (row: Pick<BlockRow, 'severity'>) => SEVERITIES.indexOf(row.severity);

function isStricter(row: BlockRow, known: DomainBlock): boolean {
  if (rank(row) !== rank(known)) return rank(row) > rank(known);
  if (row.severity === 'suspend') return false;
  return (row.rejectMedia && !known.rejectMedia) || (row.rejectReports && !known.rejectReports);
}

/** What an admin has written down stays beside it. */
function stricter(row: BlockRow, known: DomainBlock): BlockRow {
  return {
    ...row,
    rejectMedia: row.rejectMedia || known.rejectMedia,
    rejectReports: row.rejectReports || known.rejectReports,
    obfuscate: row.obfuscate || known.obfuscate,
    privateComment: known.privateComment,
    publicComment: known.publicComment || row.publicComment,
    ...(known.list !== undefined && { list: known.list }),
  };
}
