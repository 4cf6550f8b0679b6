/** The client API of translation. */
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import { AppError } from '../../platform/app-error.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { createTranslatePost } from './translate-post.ts';
import type { Translator } from './translation.ts';

export function addTranslationRoutes(
  endpoints: Endpoints,
  deps: { translator: Translator; translate: ReturnType<typeof createTranslatePost> } | null,
): void {
  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/statuses/:id/translate',
      summary: 'A post in another language (where translation is configured)',
      auth: 'member',
      scope: 'read:statuses',
      params: z.object({ id: z.string().refine(isId, 'is not a post id') }),
      body: z.object({ lang: z.string().max(20).optional() }),
    },
    async ({ account, params: { id }, body }) => {
      if (!deps) throw new AppError('not_found', 'Nothing is translated on this server');
      return deps.translate(id, account, body.lang);
    },
  );
  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/instance/translation_languages',
      summary: 'From and to which languages posts can be translated',
      auth: 'none',
    },
    async () => (deps ? deps.translator.languages() : {}),
  );
}
