import test from 'ava';
import { divide, forgottenWords } from '../build/message-parts.ts';
import { check, compile } from '../build/messages.ts';

const used = ["t('a.one')", "t('a.many', { count })"];
const en = { 'a.one': 'One', 'a.many': '{count, plural, one {# day} other {# days}}' };
const fr = { 'a.one': 'Un', 'a.many': '{count, plural, one {# jour} other {# jours}}' };

test('complete messages have no problems', (t) => {
  t.deepEqual(check({ en, fr }, used), []);
});

test('a message that is missing, unused, or takes other arguments is a problem', (t) => {
  t.deepEqual(check({ en, fr: { 'a.one': 'Un {name}' } }, [...used, "t('a.two')"]), [
    '"a.two" is used but is not in en.json',
    '"a.many" is missing in fr.json',
    '"a.one" takes other arguments in fr.json',
  ]);
  t.deepEqual(check({ en: { ...en, 'a.gone': 'Gone' } }, used), ['"a.gone" is not used']);
});

test('words that only one part shows wait for it, and its routes must ask for them', (t) => {
  const sources = new Map([
    ['router/routes.ts', "import('../features/admin/AdminScreen.svelte'), { words: 'admin' })"],
    ['features/admin/AdminScreen.svelte', "import Row from './Row.svelte'; t('a.one')"],
    ['features/admin/Row.svelte', "t('a.many', { count })"],
    ['features/feed/FeedScreen.svelte', "t('a.one')"],
  ]);
  const { shell, admin } = divide(en, sources);
  t.deepEqual(Object.keys(shell ?? {}), ['a.one']);
  t.deepEqual(Object.keys(admin ?? {}), ['a.many']);
  t.deepEqual(forgottenWords(sources), []);
  sources.set('router/routes.ts', "import('../features/admin/AdminScreen.svelte'))");
  t.deepEqual(forgottenWords(sources), [
    'the route of features/admin/AdminScreen.svelte does not ask for the words of "admin"',
  ]);
  sources.set('App.svelte', "import Row from './features/admin/Row.svelte';");
  t.deepEqual(Object.keys(divide(en, sources).admin ?? {}), []);
});

test('plurals follow the rules of the language, and numbers its way of writing', async (t) => {
  const load = async (locale: string, all: Record<string, string>) =>
    (await import(`data:text/javascript,${encodeURIComponent(compile(locale, all))}`)).default;
  const english = await load('en', en);
  const french = await load('fr', { ...fr, 'a.select': '{who, select, me {moi} other {lui}}' });
  t.is(english['a.many']({ count: 0 }), '0 days');
  t.is(french['a.many']({ count: 0 }), '0 jour');
  t.is(english['a.many']({ count: 1200 }), '1,200 days');
  t.is(french['a.select']({ who: 'me' }), 'moi');
  t.is(english['a.one'], 'One');
});
