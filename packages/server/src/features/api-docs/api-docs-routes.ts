import type { Endpoints } from '../../platform/http/endpoints.ts';
import { API_STYLE, apiPage } from './api-page.ts';
import type { ApiDescription } from './describe-api.ts';

export function addApiDocsRoutes(endpoints: Endpoints, describe: () => ApiDescription): void {
  let described: { json: string; page: string } | null = null;

  /** Made once: what is served does not change while the server runs. */
  function made(): { json: string; page: string } {
    if (!described) {
      const api = describe();
      described = { json: JSON.stringify(api), page: apiPage(api) };
    }
    return described;
  }

  const { router } = endpoints;
  router.get('/api/openapi.json', (ctx) => {
    ctx.type = 'application/json';
    ctx.set('Cache-Control', 'public, max-age=300');
    ctx.body = made().json;
  });
  router.get('/api', (ctx) => {
    ctx.type = 'text/html; charset=utf-8';
    ctx.set('Content-Security-Policy', "default-src 'none'; style-src 'self'; base-uri 'none'");
    ctx.set('Cache-Control', 'public, max-age=300');
    ctx.body = made().page;
  });
  router.get(API_STYLE.path, (ctx) => {
    ctx.type = 'text/css; charset=utf-8';
    ctx.set('Cache-Control', 'public, max-age=86400');
    ctx.body = API_STYLE.body;
  });
}
