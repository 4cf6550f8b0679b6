/** The web app's manifest under the name of the house: an installed app is called like the company. */
import type { WebFile } from './web-files.ts';

/** Longer ones are cut by home screens anyway. */
const MOST_LETTERS = 14;

export function manifestOf(file: WebFile, house: string): WebFile {
  const built = JSON.parse(file.body.toString('utf8')) as Record<string, unknown>;
  const short = house.length <= MOST_LETTERS ? house : (house.split(/\s+/)[0] ?? house);
  const named = { ...built, name: house, short_name: short };
  return { ...file, body: Buffer.from(JSON.stringify(named)), brotli: null };
}
