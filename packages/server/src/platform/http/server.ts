/** The Koa application: what happens to every request before its route. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BlockList, isIP, isIPv6 } from 'node:net';
import type Router from '@koa/router';
import Koa, { type Context, type Next } from 'koa';
import type { Config } from '../../config-schema.ts';
import type { Log } from '../log.ts';
import { parseForm } from './body.ts';
import { createErrorHandler } from './errors.ts';
import { serveUpgrades, shouldUpgrade, type Upgrade } from './upgrade.ts';
import { createRefuseMethod } from './wrong-method.ts';

export type HttpServer = {
  listen: () => Promise<{ host: string; port: number }>;
  /** Stops accepting, lets requests under way finish (ten seconds), closes idle connections. */
  close: () => Promise<void>;
};

const CLOSE_MS = 10_000;

export function createHttpServer(deps: {
  config: Config;
  log: Log;
  /** Asked in this order. */
  routers: Router[];
  baseUrl: string;
  fallback?: Koa.Middleware;
  upgrades?: Upgrade[];
}): HttpServer {
  const { config, log, routers, upgrades = [] } = deps;
  const app = new Koa();
  const clientIp = createClientIp(config.http.trusted_proxies);

  app.on('error', (error) => log.warn({ err: error }, 'response error'));
  app.use(async (ctx: Context, next: Next) => {
    ctx.state.requestId = randomUUID();
    ctx.state.baseUrl = deps.baseUrl;
    ctx.state.clientIp = clientIp(ctx);
    ctx.state.query = ctx.querystring === '' ? {} : parseForm(ctx.querystring);
    ctx.set('X-Request-Id', ctx.state.requestId);
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Referrer-Policy', 'same-origin');
    ctx.set('X-Frame-Options', 'DENY');
    ctx.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    if (deps.baseUrl.startsWith('https:')) ctx.set('Strict-Transport-Security', 'max-age=63072000');
    const started = performance.now();
    await next();
    const ms = Math.round((performance.now() - started) * 10) / 10;
    log.debug(
      {
        requestId: ctx.state.requestId,
        method: ctx.method,
        path: ctx.path,
        status: ctx.status,
        ms,
      },
      'request',
    );
  });
  app.use(createErrorHandler({ log }));
  app.use(cors);
  for (const router of routers) app.use(router.routes());
  app.use(createRefuseMethod(routers));
  if (deps.fallback) app.use(deps.fallback);

  const server: Server = createServer(
    {
      requestTimeout: 60_000,
      headersTimeout: 15_000,
      keepAliveTimeout: 20_000,
      shouldUpgradeCallback: (request) => shouldUpgrade(upgrades, request),
    },
    app.callback(),
  );
  serveUpgrades(server, upgrades, (req) =>
    clientIp({ req, get: (name: string) => String(req.headers[name] ?? '') }),
  );

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(config.http.port, config.http.host, () => {
          const { address, port } = server.address() as AddressInfo;
          resolve({ host: address, port });
        });
      }),
    close: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        const force = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** Apps in browsers (Phanpy, Elk) call the API from their own origin, with tokens, never with cookies. */
async function cors(ctx: Context, next: Next): Promise<void> {
  if (/^\/(api|oauth\/(token|revoke)|nodeinfo|\.well-known)(\/|$)/.test(ctx.path)) {
    ctx.set('Access-Control-Allow-Origin', '*');
    ctx.set(
      'Access-Control-Expose-Headers',
      'Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Retry-After, Deprecation, Location, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Upload-Offset, Upload-Length, Upload-Expires',
    );
    if (ctx.method === 'OPTIONS') {
      ctx.set('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
      ctx.set(
        'Access-Control-Allow-Headers',
        'Authorization, Content-Type, Idempotency-Key, Tus-Resumable, Upload-Length, Upload-Offset, Upload-Metadata, X-HTTP-Method-Override',
      );
      ctx.set('Access-Control-Max-Age', '86400');
      // A route may have more to say of itself.
      await next();
      ctx.status = 204;
      return;
    }
  }
  await next();
}

/** The client's address: X-Forwarded-For is believed only from a trusted proxy, right to left. */
export function createClientIp(trusted: string[]): (ctx: Pick<Context, 'req' | 'get'>) => string {
  const proxies = new BlockList();
  for (const range of trusted) {
    const [address = '', bits = ''] = range.split('/');
    proxies.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  const isProxy = (ip: string) => proxies.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');

  return function clientIp(ctx) {
    const chain = ctx
      .get('x-forwarded-for')
      .split(',')
      .map((part) => part.trim());
    let ip = plainIp(ctx.req.socket.remoteAddress ?? '');
    while (isProxy(ip)) {
      const before = plainIp(chain.pop() ?? '');
      if (isIP(before) === 0) break;
      ip = before;
    }
    return ip;
  };
}

function plainIp(ip: string): string {
  return ip.startsWith('::ffff:') ? ip.slice(7) : ip;
}
