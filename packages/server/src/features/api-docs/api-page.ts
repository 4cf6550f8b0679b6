/** The description as a page to read: plain HTML, no script. */
import { escapeHtml } from '@mitoyen/federation';
import type { ApiDescription, Operation } from './describe-api.ts';

const STYLE = [
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}',
  'code{font:14px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}',
  'details{border-top:1px solid #8884;padding:.4rem 0}summary{cursor:pointer}',
  'pre{overflow:auto;background:#8881;padding:.6rem;border-radius:.3rem}',
  'b{display:inline-block;min-width:4.2rem;text-transform:uppercase;font-size:13px}',
  'nav a{margin-right:.8rem;white-space:nowrap}:root{color-scheme:light dark}',
].join('');

export const API_STYLE = { path: '/assets/api.css', body: STYLE };

export function apiPage(api: ApiDescription): string {
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const areas = [...Map.groupBy(all, ({ operation }) => operation.tags[0] ?? 'other')].sort(
    ([a], [b]) => (a < b ? -1 : 1),
  );
  const anchor = (area: string) => encodeURIComponent(area);
  const menu = areas
    .map(([area]) => `<a href="#${anchor(area)}">${escapeHtml(area)}</a>`)
    .join(' ');
  const sections = areas.map(
    ([area, of]) =>
      `<section id="${anchor(area)}"><h2>${escapeHtml(area)}</h2>${of.map(entry).join('')}</section>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(api.info.title)} API</title><link rel="stylesheet" href="${API_STYLE.path}">
</head><body><main><h1>${escapeHtml(api.info.title)} API</h1>
<p>${escapeHtml(api.info.description)} <a href="/api/openapi.json">openapi.json</a></p>
<nav aria-label="Areas">${menu}</nav>${sections.join('')}</main></body></html>`;
}

function entry(row: { path: string; method: string; operation: Operation }): string {
  const { path, method, operation } = row;
  const scopes = operation.security.flatMap((one) => one.oauth ?? []);
  const needs = operation.security.length === 0 ? 'no token' : scopes.join(', ') || 'a token';
  return `<details><summary><b>${method}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(operation.summary)}</summary>
<p>Needs: <code>${escapeHtml(needs)}</code></p>${shown('Parameters', operation.parameters)}${shown('Body', bodySchema(operation))}</details>`;
}

function bodySchema({ requestBody }: Operation): unknown {
  const content = requestBody?.content as Record<string, { schema: unknown }> | undefined;
  return content?.['application/json']?.schema;
}

function shown(title: string, value: unknown): string {
  if (value === undefined) return '';
  return `<h3>${title}</h3><pre><code>${escapeHtml(JSON.stringify(value, null, 2))}</code></pre>`;
}
