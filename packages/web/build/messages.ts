/**
 * Messages: ICU text per language, compiled at build into one module per language and part, so that
 * the browser parses nothing. A message that is missing, unused, or whose arguments differ between
 * languages fails the build.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import type { Plugin } from 'vite';
import { divide, forgottenWords, PARTS, SHELL, type Sources } from './message-parts.ts';

type Messages = Record<string, string>;
const VIRTUAL = 'virtual:messages';

export function messages(root: string, locales: string[]): Plugin {
  const read = (locale: string): Messages =>
    JSON.parse(readFileSync(join(root, `messages/${locale}.json`), 'utf8'));

  return {
    name: 'mitoyen-messages',
    buildStart() {
      const sources = sourcesOf(join(root, 'src'));
      const all = Object.fromEntries(locales.map((locale) => [locale, read(locale)]));
      const problems = [...check(all, [...sources.values()]), ...forgottenWords(sources)];
      if (problems.length > 0) this.error(`messages:\n  ${problems.join('\n  ')}`);
    },
    resolveId: (id) => (id.startsWith(VIRTUAL) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${VIRTUAL}`)) return null;
      const [locale, part] = id.slice(VIRTUAL.length + 2).split('/');
      if (!locale || !part) return loaders(locales);
      return compile(locale, divide(read(locale), sourcesOf(join(root, 'src')))[part] ?? {});
    },
  };
}

/** How each part of each language is loaded. */
function loaders(locales: string[]): string {
  const parts = [SHELL, ...Object.keys(PARTS)];
  const entries = locales.map((locale) => {
    const own = parts.map((part) => `${part}:()=>import('${VIRTUAL}/${locale}/${part}')`);
    return `${locale}:{${own.join()}}`;
  });
  return `export default {${entries.join()}};`;
}

/** What is wrong with the messages, as sentences. */
export function check(all: Record<string, Messages>, sources: string[]): string[] {
  const [first = '', ...others] = Object.keys(all);
  const reference = all[first] ?? {};
  const text = sources.join('\n');
  const called = [...text.matchAll(/\bt\(\s*'([a-z][\w.]*)'/g)].map(([, key = '']) => key);
  const quoted = new Set([...text.matchAll(/'([a-z][\w]*(?:\.[\w]+)+)'/g)].map(([, key]) => key));
  return [
    ...[...new Set(called)]
      .filter((key) => !(key in reference))
      .map((key) => `"${key}" is used but is not in ${first}.json`),
    ...Object.keys(reference)
      .filter((key) => !quoted.has(key))
      .map((key) => `"${key}" is not used`),
    ...others.flatMap((locale) =>
      differences({ reference, first, locale, own: all[locale] ?? {} }),
    ),
  ];
}

function differences(of: { reference: Messages; first: string; locale: string; own: Messages }) {
  const { reference, first, locale, own } = of;
  return [
    ...Object.keys(reference)
      .filter((key) => !(key in own))
      .map((key) => `"${key}" is missing in ${locale}.json`),
    ...Object.keys(own)
      .filter((key) => !(key in reference))
      .map((key) => `"${key}" is in ${locale}.json but not in ${first}.json`),
    ...Object.keys(reference)
      .filter((key) => key in own)
      .filter((key) => argumentsOf(reference[key] ?? '') !== argumentsOf(own[key] ?? ''))
      .map((key) => `"${key}" takes other arguments in ${locale}.json`),
  ];
}

function argumentsOf(message: string): string {
  const names = new Set<string>();
  const visit = (elements: MessageFormatElement[]): void => {
    for (const element of elements) {
      if (element.type !== TYPE.literal && element.type !== TYPE.pound) names.add(element.value);
      if (element.type === TYPE.plural || element.type === TYPE.select)
        for (const option of Object.values(element.options)) visit(option.value);
    }
  };
  visit(parse(message));
  return [...names].sort().join();
}

/** One language as a module: plain strings, and functions where there are arguments. */
export function compile(locale: string, all: Messages): string {
  const entries = Object.entries(all).map(([key, message]) => {
    const elements = parse(message);
    const plain = elements.every((element) => element.type === TYPE.literal);
    const code = toCode(elements, null);
    return `${JSON.stringify(key)}:${plain ? code : `(a)=>${code}`}`;
  });
  return `const rules=new Intl.PluralRules('${locale}');const number=new Intl.NumberFormat('${locale}');
const plural=(n,o)=>(o['='+n]??o[rules.select(n)]??o.other)();
export default {${entries.join(',\n')}};`;
}

function toCode(elements: MessageFormatElement[], counted: string | null): string {
  const parts = elements.map((element): string => {
    switch (element.type) {
      case TYPE.literal:
        return JSON.stringify(element.value);
      case TYPE.pound:
        return `number.format(${counted})`;
      case TYPE.argument:
        return `a.${element.value}`;
      case TYPE.number:
        return `number.format(a.${element.value})`;
      case TYPE.plural: {
        const of = `a.${element.value}`;
        return `plural(${of},{${options(element.options, of)}})`;
      }
      case TYPE.select: {
        const choices = options(element.options, counted);
        return `((o)=>(o[a.${element.value}]??o.other)())({${choices}})`;
      }
      default:
        throw new Error('only arguments, numbers, plurals and selects are understood');
    }
  });
  return parts.length === 0
    ? '""'
    : parts.length === 1
      ? String(parts[0])
      : `""+${parts.join('+')}`;
}

function options(of: Record<string, { value: MessageFormatElement[] }>, counted: string | null) {
  return Object.entries(of)
    .map(([name, { value }]) => `${JSON.stringify(name)}:()=>${toCode(value, counted)}`)
    .join(',');
}

function sourcesOf(folder: string): Sources {
  return new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => ['.ts', '.svelte'].includes(extname(name)))
      .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8')]),
  );
}
