/** The words of the web client, as somebody reads them in one language. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Words = (key: string) => RegExp;

/**
 * What a message is in this language; what stands in braces may be anything.
 *
 * @example const fr = wordsIn('fr'); page.getByRole('button', { name: fr('chat.send') })
 */
export function wordsIn(locale: 'en' | 'fr'): Words {
  const file = join(import.meta.dirname, `../../web/messages/${locale}.json`);
  const messages = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  return (key) => {
    const text = messages[key];
    if (text === undefined) throw new Error(`there is no message ${key}`);
    const parts = text
      .split(/\{[^{}]*\}/)
      .map((part) => part.replace(/[.*+?^$()[\]\\|{}]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`);
  };
}

/** The same words wherever they stand, such as in a link that says more. */
export const among = (words: RegExp): RegExp => new RegExp(words.source.slice(1, -1));
