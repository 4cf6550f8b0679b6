/** The translation feature: off unless the admin names a server. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { VERSION } from '../../version.ts';
import { createLibreTranslate } from './libre-translate.ts';
import { createTranslatePost } from './translate-post.ts';
import { addTranslationRoutes } from './translation-routes.ts';

export function createTranslationFeature(kit: Kit, apis: Apis): { feature: Feature } {
  const { url, api_key: apiKey, timeout_seconds } = kit.config.translation;
  const translator = url
    ? createLibreTranslate({
        url,
        apiKey,
        timeoutMs: timeout_seconds * 1000,
        userAgent: `Mitoyen/${VERSION} (+${kit.baseUrl})`,
        now: kit.clock.now,
      })
    : null;
  const deps = translator && {
    translator,
    translate: createTranslatePost({ kit, apis, translator }),
  };
  return {
    feature: {
      name: 'translation',
      indexes: [],
      routes: (endpoints) => addTranslationRoutes(endpoints, deps),
      stop: async () => {
        await translator?.close();
      },
    },
  };
}
