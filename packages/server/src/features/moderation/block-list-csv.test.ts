import test from 'ava';
import type { DomainBlock } from '../partners/partners.ts';
import { BLOCK_LIST_HEADER, readBlockList, writeBlockList } from './block-list-csv.ts';
import { compareBlocks } from './compare-blocks.ts';

function block(host: string, more: Partial<DomainBlock> = {}): DomainBlock {
  return {
    _id: host,
    host,
    digest: '',
    severity: 'suspend',
    rejectMedia: true,
    rejectReports: true,
    obfuscate: false,
    privateComment: '',
    publicComment: '',
    createdAt: 0,
    ...more,
  };
}

const here = (blocks: DomainBlock[], partners: string[] = []) => ({
  blocks,
  partners: new Set(partners),
  ownHosts: ['social.acme.example'],
});

test('what is written is what Mastodon writes, and is read back the same', (t) => {
  const comment = 'spam, "free" money\nand worse';
  const csv = writeBlockList([
    block('spam.example', { publicComment: comment }),
    block('loud.example', { severity: 'silence', rejectMedia: false, rejectReports: false }),
  ]);
  t.is(csv.split('\n')[0], BLOCK_LIST_HEADER);
  t.is(csv.split('\n').at(-2), 'loud.example,silence,false,false,,false');
  const { rows, refused } = readBlockList(csv);
  t.deepEqual(refused, []);
  t.is(rows[0]?.publicComment, comment);
  t.deepEqual(
    rows.map(({ host, severity, rejectMedia }) => [host, severity, rejectMedia]),
    [
      ['spam.example', 'suspend', true],
      ['loud.example', 'silence', false],
    ],
  );
});

test('lists of other makes are read: any order of columns, no "#", a byte order mark, bare domains', (t) => {
  const hosts = (csv: string) => readBlockList(csv).rows.map(({ host }) => host);
  t.deepEqual(hosts('\uFEFFseverity,domain\r\nsilence,One.Example.\r\nsuspend,*.two.example\r\n'), [
    'one.example',
    'two.example',
  ]);
  t.deepEqual(hosts('one.example\ntwo.example\n\none.example\n'), ['one.example', 'two.example']);
  t.deepEqual(hosts('# domain\nonly.example'), ['only.example']);
  t.deepEqual(hosts(''), []);
});

test('rows that name nobody are refused with their line, and the rest counts', (t) => {
  const { rows, refused } = readBlockList(
    '#domain,#severity\nspa*.example,suspend\nnot a host,suspend\nfine.example,banish\nlocalhost,suspend\ngood.example,\n',
  );
  t.deepEqual(
    rows.map(({ host, severity }) => [host, severity]),
    [['good.example', 'suspend']],
  );
  t.deepEqual(
    refused.map(({ line }) => line),
    [2, 3, 4, 5],
  );
  t.regex(refused[0]?.reason ?? '', /obfuscated/);
});

test('a list never weakens a block, blocks ourselves, or breaks with a partner', (t) => {
  const list = readBlockList(
    [
      'domain,severity,reject_media',
      'known.example,silence,false',
      'mild.example,suspend,true',
      'new.example,suspend,false',
      'acme.example,suspend,true',
      'northwind.example,suspend,true',
    ].join('\n'),
  );
  const blocks = [
    block('known.example'),
    block('mild.example', { severity: 'silence', privateComment: 'ours' }),
  ];
  const found = compareBlocks(list, here(blocks, ['social.northwind.example:8443']));
  const names = (rows: { host: string }[]) => rows.map(({ host }) => host);
  t.is(found.same, 1);
  t.deepEqual(names(found.change), ['mild.example']);
  t.is(found.change[0]?.privateComment, 'ours');
  t.deepEqual(names(found.add), ['new.example']);
  t.deepEqual(names(found.partners), ['northwind.example']);
  t.deepEqual(
    found.refused.map(({ text }) => text),
    ['acme.example'],
  );
});

test('what a list has dropped is proposed to be lifted, if that very list had blocked it', (t) => {
  const blocks = [
    block('by-list.example', { list: 'L' }),
    block('by-other.example', { list: 'M' }),
    block('by-hand.example'),
  ];
  const list = readBlockList('still.example');
  t.deepEqual(
    compareBlocks(list, here(blocks), 'L').lift.map(({ host }) => host),
    ['by-list.example'],
  );
  t.deepEqual(compareBlocks(list, here(blocks)).lift, []);
});
