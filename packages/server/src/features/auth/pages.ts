/** Plain pages, made on the server: semantic HTML, no script, one small style sheet of ours. */
import { escapeHtml } from '@mitoyen/federation';
import type { Context } from 'koa';
import { LANGUAGES, type Messages, messagesFor } from './page-messages.ts';
import { safeReturn } from './safe-return.ts';

/** HTML that is safe to put into a page: made by `html`, never by concatenation. */
export class SafeHtml {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = SafeHtml | SafeHtml[] | string | number | null | undefined | false;

/** A template tag that escapes every value that is not HTML made by itself. */
export function html(strings: TemplateStringsArray, ...values: Part[]): SafeHtml {
  const parts = strings.map(
    (text, index) => text + (index < values.length ? render(values[index]) : ''),
  );
  return new SafeHtml(parts.join(''));
}

function render(value: Part): string {
  if (value === null || value === undefined || value === false) return '';
  if (Array.isArray(value)) return value.map((one) => one.text).join('');
  return value instanceof SafeHtml ? value.text : escapeHtml(String(value));
}

export type PageOptions = {
  title: string;
  body: SafeHtml;
  status?: number;
  formActions?: string[];
  /** Addresses of scripts of ours. */
  scripts?: string[];
};

/** What somebody chose, here or in the client; it says nothing about them that a header does not. */
const LANGUAGE_COOKIE = 'mitoyen_language';
const YEAR_MS = 365 * 24 * 3600_000;

export function messagesOf(ctx: Context): Messages {
  const chosen = chosenLanguage(ctx) ?? ctx.cookies.get(LANGUAGE_COOKIE) ?? '';
  return messagesFor(Object.hasOwn(LANGUAGES, chosen) ? chosen : ctx.get('accept-language'));
}

function chosenLanguage(ctx: Context): string | undefined {
  const { lang } = ctx.state.query ?? {};
  return typeof lang === 'string' && Object.hasOwn(LANGUAGES, lang) ? lang : undefined;
}

/** The same page in the other languages; what was typed is not in its address and so not kept. */
function languageSwitch(ctx: Context, current: string): SafeHtml[] {
  return Object.entries(LANGUAGES)
    .filter(([code]) => code !== current)
    .map(([code, name]) => {
      const query = new URLSearchParams(ctx.querystring);
      if (query.has('return_to')) query.set('return_to', safeReturn(query.get('return_to')));
      query.set('lang', code);
      return html`<a class="language" lang="${code}" hreflang="${code}" href="${ctx.path}?${query.toString()}">${name}</a>`;
    });
}

const LOGO = new SafeHtml(
  '<svg class="logo" viewBox="0 0 32 32" width="36" height="36" aria-hidden="true"><rect width="32" height="32" rx="8"/><path d="M9.5 11h8.750a4.250 4.250 0 0 1 0 8.5H13.5M22.5 21h-8.750a4.250 4.250 0 0 1 0-8.5H18.5"/></svg>',
);

/** Answers with a page; `formActions`: where its forms may lead besides ourselves. */
export function sendPage(ctx: Context, site: string, page: PageOptions): void {
  const messages = messagesOf(ctx);
  const chosen = chosenLanguage(ctx);
  if (chosen)
    ctx.cookies.set(LANGUAGE_COOKIE, chosen, {
      httpOnly: false,
      sameSite: 'lax',
      maxAge: YEAR_MS,
      overwrite: true,
    });
  const scripts = page.scripts ?? [];
  ctx.status = page.status ?? 200;
  ctx.type = 'text/html; charset=utf-8';
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Vary', 'Accept-Language, Cookie');
  const forms = ["'self'", ...(page.formActions ?? [])].join(' ');
  ctx.set(
    'Content-Security-Policy',
    `default-src 'none'; ${scripts.length > 0 ? "script-src 'self'; connect-src 'self'; " : ''}style-src 'self'; img-src 'self'; form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`,
  );
  ctx.body = `<!doctype html>${
    html`<html lang="${messages.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title} · ${site}</title>
<link rel="stylesheet" href="/assets/pages.css">
${scripts.map((src) => html`<script src="${src}" defer></script>`)}
</head>
<body>
<a class="skip" href="#main">${messages.skip}</a>
<header><p class="brand">${LOGO}${site}</p></header>
<main id="main" tabindex="-1">
<h1>${page.title}</h1>
${page.body}
</main>
<footer><p>${messages.footer}</p><p>${languageSwitch(ctx, messages.lang)}</p></footer>
</body>
</html>`.text
  }`;
}

/** A list of problems, announced, above a form. */
export function problems(list: string[]): SafeHtml | null {
  return list.length === 0
    ? null
    : html`<div class="problem" role="alert">${list.map((text) => html`<p>${text}</p>`)}</div>`;
}

export type Field = {
  name: string;
  label: string;
  type?: string;
  value?: string;
  autocomplete?: string;
  hint?: string;
  required?: boolean;
  minlength?: number;
};

export function field(one: Field): SafeHtml {
  const hint = one.hint ? html`<p class="hint" id="hint-${one.name}">${one.hint}</p>` : null;
  return html`<div class="field"><label for="${one.name}">${one.label}</label>${hint}<input id="${one.name}" name="${one.name}" type="${one.type ?? 'text'}" value="${one.value ?? ''}" autocomplete="${one.autocomplete ?? 'off'}" autocapitalize="none"${one.required === false ? null : html` required`}${one.minlength ? html` minlength="${one.minlength}"` : null}${one.hint ? html` aria-describedby="hint-${one.name}"` : null}></div>`;
}

export function hidden(fields: Record<string, string | undefined>): SafeHtml[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [html`<input type="hidden" name="${name}" value="${value}">`],
  );
}
