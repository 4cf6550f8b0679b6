import test from 'ava';
import { attachmentHeader, checkDocument, isDocumentName, safeName } from './document.ts';

const pdf = Buffer.from('%PDF-1.4\n');

for (const [given, safe] of [
  ['Rapport annuel é.PDF', 'Rapport annuel é.pdf'],
  ['../../etc/passwd.txt', 'passwd.txt'],
  ['C:\\Users\\a\\plan.docx', 'plan.docx'],
  ['invoice\u202Efdp.txt', 'invoicefdp.txt'],
  ['a\r\nSet-Cookie: x.csv', 'aSet-Cookie x.csv'],
  ['.txt', 'file.txt'],
  [`${'x'.repeat(500)}.pdf`, `${'x'.repeat(120)}.pdf`],
] as const) {
  test(`${JSON.stringify(given.slice(0, 40))} is kept under a safe name`, (t) => {
    t.is(safeName(given), safe);
  });
}

test('a name in any script is told in ASCII and in full', (t) => {
  const header = attachmentHeader('L\'été "100%" 日本.pdf');
  t.regex(header, /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w%.!~-]+$/);
  const full = header.slice(header.indexOf("UTF-8''") + 7);
  t.is(decodeURIComponent(full), 'L\'été "100%" 日本.pdf');
});

test('only names of documents are documents', (t) => {
  for (const name of ['a.pdf', 'B.DOCX', 'x.y.csv']) t.true(isDocumentName(name), name);
  for (const name of ['a.html', 'a.svg', 'a.exe', 'a.m3u8', 'pdf', 'a.pdf.js'])
    t.false(isDocumentName(name), name);
});

test('a document whose bytes are what its name says is taken', (t) => {
  t.is(checkDocument('a.pdf', pdf, 'application/pdf'), 'application/pdf');
  t.is(checkDocument('a.csv', Buffer.from('a;b\n1;2'), null), 'text/csv');
  t.is(checkDocument('a.zip', Buffer.from('PK'), 'application/zip'), 'application/zip');
});

for (const [title, name, head, sniffed, message] of [
  ['a picture named PDF', 'a.pdf', pdf, 'image/png', /is image\/png, though/],
  ['a PDF named zip', 'a.zip', pdf, 'application/pdf', /is application\/pdf, though/],
  ['a program named text', 'a.txt', Buffer.from('MZ'), 'application/x-msdownload', /though/],
  ['bytes named text', 'a.txt', Buffer.from([1, 0, 2]), null, /is not text/],
  ['a web page named text', 'a.txt', Buffer.from(' \n<!DOCTYPE html>'), null, /web page/],
  ['a drawing named text', 'a.md', Buffer.from('\uFEFF<svg onload=x>'), null, /drawing/],
  ['nothing', 'a.txt', Buffer.alloc(0), null, /empty/],
] as const) {
  test(`${title} is refused with a reason`, (t) => {
    const error = t.throws(() => checkDocument(name, head, sniffed));
    const { problems } = error as unknown as { problems: { message: string }[] };
    t.regex(problems[0]?.message ?? '', message);
  });
}
