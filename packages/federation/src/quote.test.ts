import test from 'ava';
import { PUBLIC } from './addressing.ts';
import { buildNote } from './build-note.ts';
import {
  buildQuoteAuthorization,
  readQuote,
  readQuoteAuthorization,
  readQuotePolicy,
} from './quote.ts';
import { withContext } from './vocabulary.ts';

const QUOTED = 'https://b.example/posts/1';
const STAMP = 'https://b.example/quotes/1';
const FACTS = {
  id: 'https://a.example/posts/1',
  type: 'Note' as const,
  attributedTo: 'https://a.example/users/ann',
  to: [PUBLIC],
  cc: [],
  content: '<p>look</p>',
  sensitive: false,
  published: '2026-01-01T00:00:00.000Z',
  url: 'https://a.example/posts/1',
  attachments: [],
  mentions: [],
  hashtags: [],
};

test('a quote goes out in the words of every kind of server, and is read again', (t) => {
  const note = withContext(
    buildNote({ ...FACTS, quotes: { quote: { iri: QUOTED, stamp: STAMP }, approves: [PUBLIC] } }),
  );
  t.is(note.quote, QUOTED);
  t.is(note.quoteUri, QUOTED);
  t.is(note._misskey_quote, QUOTED);
  t.is(note.quoteAuthorization, STAMP);
  t.true(JSON.stringify(note['@context']).includes('https://w3id.org/fep/044f#quoteAuthorization'));
  t.deepEqual(readQuote(note), { iri: QUOTED, stamp: STAMP, legacy: false });
  const plain = withContext(buildNote(FACTS));
  t.false(JSON.stringify(plain).includes('044f'));
  t.is(readQuote(plain), undefined);
});

test('servers that ask nobody are understood', (t) => {
  for (const word of ['quoteUrl', 'quoteUri', '_misskey_quote'])
    t.deepEqual(readQuote({ [word]: QUOTED, quoteAuthorization: STAMP }), {
      iri: QUOTED,
      legacy: true,
    });
  const tag = { type: 'Link', href: QUOTED, rel: 'https://misskey-hub.net/ns#_misskey_quote' };
  t.deepEqual(readQuote({ tag: [{ type: 'Mention', href: STAMP }, tag] }), {
    iri: QUOTED,
    legacy: true,
  });
  t.is(readQuote({ quoteUrl: 'javascript:alert(1)' }), undefined);
});

test('who may quote is read in whichever shape it comes', (t) => {
  const author = { iri: FACTS.attributedTo, followers: `${FACTS.attributedTo}/followers` };
  const read = (canQuote: unknown) => readQuotePolicy({ interactionPolicy: { canQuote } }, author);
  t.deepEqual(read({ automaticApproval: 'as:Public' }), { automatic: ['public'], manual: [] });
  t.deepEqual(read({ automaticApproval: [PUBLIC], manualApproval: [author.followers] }), {
    automatic: ['public'],
    manual: ['followers'],
  });
  t.deepEqual(read({ automaticApproval: [author.iri, 'https://c.example/x'] }), {
    automatic: ['author', 'others'],
    manual: [],
  });
  t.is(read(undefined), undefined);
  t.is(readQuotePolicy({ interactionPolicy: 'all' }, author), undefined);
});

test('a stamp says who agrees to which post quoting which', (t) => {
  const facts = {
    id: STAMP,
    attributedTo: 'https://b.example/users/bob',
    interactingObject: FACTS.id,
    interactionTarget: QUOTED,
  };
  t.deepEqual(readQuoteAuthorization(buildQuoteAuthorization(facts)), facts);
  for (const field of ['type', 'attributedTo', 'interactingObject', 'interactionTarget', 'id'])
    t.is(readQuoteAuthorization({ ...buildQuoteAuthorization(facts), [field]: undefined }), null);
});
