/** Somebody reads a post in another language. What was translated is kept for a day. */
import { createHash } from 'node:crypto';
import { sanitizeRemoteHtml } from '@mitoyen/federation';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { Post } from '../posts/post.ts';
import { mayTranslate, type TranslatedTexts, type Translator } from './translation.ts';

const KEEP_SECONDS = 86_400;
const keptSchema = z.object({
  html: z.string(),
  warning: z.string(),
  options: z.array(z.string()),
  descriptions: z.array(z.string()),
  detected: z.string(),
});

export function createTranslatePost(deps: { kit: Kit; apis: Apis; translator: Translator }) {
  const { kit, apis, translator } = deps;
  const { scope } = kit.config.translation;

  return async function translatePost(id: string, reader: Account, lang: string | undefined) {
    const post = await apis.posts.visible(id, reader);
    if (!post || post.shareOf) throw notFound();
    if (!mayTranslate(post, scope)) throw forbidden('This post may not be translated');
    const target = await targetOf(
      post,
      lang ?? reader.language ?? kit.config.instance.languages[0],
    );
    const media = await apis.media.getMany(post.media);
    const texts = {
      html: post.html,
      warning: post.warning,
      options: post.poll?.options ?? [],
      descriptions: media.map((one) => one.alt),
    };
    const key = keyOf(post, texts, target);
    const found = (await kept(key)) ?? (await translate(key, reader, post, texts, target));
    return {
      content: sanitizeRemoteHtml(found.html),
      spoiler_text: found.warning,
      language: target,
      detected_source_language: found.detected,
      provider: 'LibreTranslate',
      media_attachments: media.map((one, index) => ({
        id: one._id,
        description: found.descriptions[index] ?? '',
      })),
      ...(post.poll && {
        poll: { id: post._id, options: found.options.map((title) => ({ title })) },
      }),
    };
  };

  /** A language that the server can translate this post to. */
  async function targetOf(post: Post, wanted: string | undefined): Promise<string> {
    const languages = await asked(translator.languages());
    const target = (wanted ?? 'en').toLowerCase();
    const source = post.language?.toLowerCase().split('-')[0];
    const targets = source
      ? (languages[source] ?? [])
      : [...new Set(Object.values(languages).flat())];
    const found = [target, target.split('-')[0] ?? target].find((one) => targets.includes(one));
    if (found) return found;
    throw invalid({
      field: 'lang',
      code: 'ERR_INVALID',
      message: `must be one of ${targets.join(', ') || 'none: this language cannot be translated'}`,
    });
  }

  async function translate(
    key: string,
    reader: Account,
    post: Post,
    texts: Parameters<Translator['translate']>[0],
    target: string,
  ): Promise<TranslatedTexts> {
    const limit = kit.config.limits.translations_per_hour;
    await kit.rateLimiter.take({ name: 'translate', key: reader._id, limit, windowSeconds: 3600 });
    const source = post.language?.toLowerCase().split('-')[0] ?? null;
    const found = await asked(translator.translate(texts, { source, target }));
    await kit.redis.set(key, JSON.stringify(found), 'EX', KEEP_SECONDS);
    return found;
  }

  async function kept(key: string): Promise<TranslatedTexts | null> {
    const text = await kit.redis.get(key);
    return text ? keptSchema.parse(JSON.parse(text)) : null;
  }

  /** Without its server there is no translation; everything else goes on. */
  async function asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (cause) {
      kit.log.warn({ err: cause }, 'the translation server does not answer');
      throw new AppError('unavailable', 'The translation server does not answer', { cause });
    }
  }

  function keyOf(post: Post, texts: object, target: string): string {
    const hash = createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
    return `mitoyen:${kit.config.database.name}:translation:${post._id}:${target}:${hash}`;
  }
}
