/** Block lists as Mastodon writes and reads them: CSV, pure. */
import { normaliseHost } from '@mitoyen/protocol';
import { parse } from 'csv-parse/sync';
import { type BlockDetails, type DomainBlock, SEVERITIES } from '../partners/partners.ts';

export const BLOCK_LIST_HEADER =
  '#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate';

/** More than any list in use has; keeps a hostile list from filling the memory. */
const MOST_ROWS = 50_000;
const MOST_COMMENT = 2000;

export type BlockRow = { host: string } & BlockDetails;
export type RefusedRow = { line: number; text: string; reason: string };
export type BlockList = { rows: BlockRow[]; refused: RefusedRow[] };

export function writeBlockList(blocks: DomainBlock[]): string {
  const lines = blocks.map((block) =>
    [
      block.host,
      block.severity,
      block.rejectMedia,
      block.rejectReports,
      block.publicComment,
      block.obfuscate,
    ]
      .map((value) => quoted(String(value)))
      .join(','),
  );
  return `${[BLOCK_LIST_HEADER, ...lines].join('\n')}\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Reads a list with Mastodon's header, with or without its "#", or a bare list of domains. */
export function readBlockList(csv: string): BlockList {
  const records = parseCsv(csv);
  const header = headerOf(records[0]);
  const rows = new Map<string, BlockRow>();
  const refused: RefusedRow[] = [];
  for (const [index, record] of (header ? records.slice(1) : records).entries()) {
    const line = index + (header ? 2 : 1);
    const row = readRow(header ?? ['domain'], record);
    if ('reason' in row) refused.push({ line, text: (record[0] ?? '').slice(0, 300), ...row });
    else if (rows.size < MOST_ROWS) rows.set(row.host, row);
    else refused.push({ line, text: row.host, reason: `the list has over ${MOST_ROWS} rows` });
  }
  return { rows: [...rows.values()], refused: refused.slice(0, 1000) };
}

function parseCsv(csv: string): string[][] {
  const records: string[][] = parse(csv, {
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    to: MOST_ROWS + 1000,
  });
  return records;
}

function headerOf(first: string[] | undefined): string[] | null {
  const names = (first ?? []).map((name) => name.replace(/^#\s*/, '').toLowerCase());
  return names.includes('domain') ? names : null;
}

function readRow(header: string[], record: string[]): BlockRow | { reason: string } {
  const of = (name: string) => record[header.indexOf(name)] ?? '';
  const domain = of('domain').replace(/^\*\./, '');
  // Lists that are shown in public hide parts of names: such a row names nobody.
  if (/[*?]/.test(domain)) return { reason: 'the name is obfuscated' };
  const host = normaliseHost(domain);
  if (host === null || !host.includes('.')) return { reason: 'is not a host name' };
  const said = of('severity').toLowerCase();
  const severity = said === '' ? 'suspend' : SEVERITIES.find((one) => one === said);
  if (!severity) return { reason: `has the severity "${said.slice(0, 30)}"` };
  return {
    host,
    severity,
    rejectMedia: isTrue(of('reject_media')),
    rejectReports: isTrue(of('reject_reports')),
    obfuscate: isTrue(of('obfuscate')),
    publicComment: of('public_comment').slice(0, MOST_COMMENT),
    privateComment: '',
  };
}

function isTrue(text: string): boolean {
  return /^(true|t|1|yes)$/i.test(text);
}
