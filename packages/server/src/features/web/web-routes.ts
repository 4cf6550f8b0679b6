/**
 * Serves the web client: its files, and its page at every address that nothing else answers.
 * Who is not signed in is led to the sign-in page, and back.
 */
import { join } from 'node:path';
import type { Context, Next } from 'koa';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { manifestOf } from './manifest.ts';
import { readWebFiles, type WebFile } from './web-files.ts';

const BUILT = join(import.meta.dirname, '../../../../web/dist');
const MANIFEST = '/app.webmanifest';
/** Addresses for programs: an unknown one is an error there, never a page. */
const NOT_PAGES =
  /^\/(api|oauth|auth|invite|health|media|assets|client|nodeinfo|inbox|\.well-known)(\/|$)/;

export function createWebClient(deps: { kit: Kit; apis: Apis }) {
  const { kit, apis } = deps;
  const files = readWebFiles(BUILT);
  const manifest = files?.get(MANIFEST);
  if (manifest) files?.set(MANIFEST, manifestOf(manifest, kit.config.instance.name));
  const page = files?.get('/index.html');
  const policy = contentPolicy(kit.baseUrl);

  return async function serveWebClient(ctx: Context, next: Next): Promise<void> {
    if ((ctx.method !== 'GET' && ctx.method !== 'HEAD') || ctx.body != null) return next();
    const path = ctx.path === '/favicon.ico' ? '/icon.svg' : ctx.path;
    const file = path === '/index.html' ? undefined : files?.get(path);
    if (file) return send(ctx, file);
    if (NOT_PAGES.test(ctx.path) || !/text\/html|\*\/\*/.test(ctx.get('accept'))) return next();
    // Not built: the pages that the server makes itself still work.
    if (!page) return ctx.path === '/' ? ctx.redirect('/auth/account') : next();
    // A program that takes anything gets a page only where it asks for one.
    if (ctx.path !== '/' && !ctx.get('accept').includes('text/html')) return next();
    if (!(await apis.authentication.session(ctx))) {
      const back = ctx.path === '/' ? '' : `?return_to=${encodeURIComponent(ctx.url)}`;
      ctx.set('Cache-Control', 'no-store');
      return ctx.redirect(`/auth/sign_in${back}`);
    }
    ctx.set('Content-Security-Policy', policy);
    ctx.set('Cross-Origin-Opener-Policy', 'same-origin');
    ctx.set('Permissions-Policy', 'geolocation=(), payment=(), usb=(), browsing-topics=()');
    send(ctx, page);
  };

  function send(ctx: Context, file: WebFile): void {
    const packed = file.brotli !== null && ctx.acceptsEncodings('br', 'identity') === 'br';
    ctx.status = 200;
    ctx.set('Vary', 'Accept-Encoding');
    ctx.set(
      'Cache-Control',
      file.hashed ? 'public, max-age=31536000, immutable' : 'private, no-cache',
    );
    if (ctx.path === '/sw.js') ctx.set('Content-Security-Policy', policy);
    if (packed) ctx.set('Content-Encoding', 'br');
    ctx.body = packed ? file.brotli : file.body;
    ctx.set('Content-Type', file.type);
  }
}

/** Nothing from elsewhere, nothing inline, and markup only through the client's own sanitizer. */
function contentPolicy(baseUrl: string): string {
  const socket = baseUrl.replace(/^http/, 'ws');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    `connect-src 'self' ${socket}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html mitoyen-html mitoyen-worker',
  ].join('; ');
}
