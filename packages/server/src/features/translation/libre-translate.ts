/** A LibreTranslate server (or one that speaks like it), at the address that the admin gave. */
import { createSafeHttp, type SafeResponse } from '@mitoyen/federation';
import { z } from 'zod';
import type { Translator } from './translation.ts';

/** The one address is the admin's choice, wherever it is; no redirect leads elsewhere. */
const ANYWHERE = ['0.0.0.0/0', '::/0'];
const LANGUAGES_MS = 3600_000;
const MOST_BYTES = 262_144;

const languagesSchema = z
  .array(z.object({ code: z.string().max(20), targets: z.array(z.string().max(20)).max(500) }))
  .max(500);
const detectedSchema = z.object({ language: z.string().max(20) });
const translationSchema = z.object({
  translatedText: z.array(z.string().max(200_000)),
  detectedLanguage: z.union([detectedSchema, z.array(detectedSchema)]).optional(),
});

export function createLibreTranslate(options: {
  url: string;
  apiKey: string | undefined;
  timeoutMs: number;
  userAgent: string;
  now: () => number;
}): Translator {
  const { apiKey, timeoutMs } = options;
  const base = options.url.replace(/\/+$/, '');
  const http = createSafeHttp({
    allowPrivateNetworks: ANYWHERE,
    allowHttp: true,
    userAgent: options.userAgent,
  });
  let known: { at: number; languages: Record<string, string[]> } | null = null;

  async function languages(): Promise<Record<string, string[]>> {
    if (known && options.now() - known.at < LANGUAGES_MS) return known.languages;
    const answer = await http.get(`${base}/languages`, {
      accept: 'application/json',
      maxBytes: MOST_BYTES,
      timeoutMs,
      follow: () => false,
    });
    const list = languagesSchema.parse(jsonOf(answer));
    const found = Object.fromEntries(
      list.map(({ code, targets }) => [code, targets.filter((target) => target !== code)]),
    );
    known = { at: options.now(), languages: found };
    return found;
  }

  async function ask(
    q: string[],
    format: 'html' | 'text',
    { source, target }: { source: string | null; target: string },
  ): Promise<{ texts: string[]; detected: string | undefined }> {
    if (q.length === 0) return { texts: [], detected: undefined };
    const body = {
      q,
      source: source ?? 'auto',
      target,
      format,
      ...(apiKey && { api_key: apiKey }),
    };
    const answer = await http.post(`${base}/translate`, {
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
      timeoutMs,
    });
    const { translatedText: texts, detectedLanguage } = translationSchema.parse(jsonOf(answer));
    if (texts.length !== q.length) throw new Error('the translation has another number of texts');
    return { texts, detected: [detectedLanguage].flat()[0]?.language };
  }

  return {
    languages,
    translate: async ({ html, warning, options: asked, descriptions }, codes) => {
      const plain = [warning, ...asked, ...descriptions];
      const [rich, other] = await Promise.all([
        ask(html === '' ? [] : [html], 'html', codes),
        ask(
          plain.filter((text) => text !== ''),
          'text',
          codes,
        ),
      ]);
      // Empty texts were not sent; they stay where they are.
      const answers = [...other.texts];
      const all = plain.map((text) => (text === '' ? '' : (answers.shift() ?? '')));
      return {
        html: rich.texts[0] ?? '',
        warning: all[0] ?? '',
        options: all.slice(1, 1 + asked.length),
        descriptions: all.slice(1 + asked.length),
        detected: rich.detected ?? other.detected ?? codes.source ?? 'und',
      };
    },
    close: () => http.close(),
  };
}

function jsonOf(answer: SafeResponse): unknown {
  if (answer.status !== 200) throw new Error(`the translation server answered ${answer.status}`);
  return JSON.parse(answer.body.toString('utf8'));
}
