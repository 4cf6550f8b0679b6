/** Access tokens and browser sessions: both are secrets, stored as hashes, listed and revoked alike. */
import type { Context } from 'koa';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import { createBoundedCache } from '../../platform/bounded-cache.ts';
import { type Auth, WEB_CLIENT } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { AuthStore, Token } from './auth-store.ts';
import { fromWebClient } from './same-origin.ts';
import { hashSecret, makeSecret } from './secret.ts';

export const SESSION_COOKIE = 'mitoyen_session';
const WEB_CLIENT_SCOPES = ['read', 'write', 'follow', 'push', 'admin:read', 'admin:write'];
const SESSION_MS = 30 * 24 * 3600_000;
/** `usedAt` is kept to the hour, so that reading costs no write. */
const TOUCH_MS = 3600_000;

export type Tokens = ReturnType<typeof createTokens>;

export function createTokens(deps: { kit: Kit; apis: Apis; store: AuthStore }) {
  const { kit, apis, store } = deps;
  const touched = createBoundedCache<string, true>(10_000, { ttl: TOUCH_MS });

  async function make(token: {
    kind: Token['kind'];
    account: string | null;
    app: string;
    appName: string;
    scopes: string[];
    agent?: string;
  }): Promise<string> {
    const secret = makeSecret();
    const now = kit.clock.now();
    await store.addToken({
      _id: hashSecret(secret),
      publicId: kit.nextId(),
      ...token,
      agent: (token.agent ?? '').slice(0, 300),
      createdAt: now,
      usedAt: now,
      ...(token.kind === 'session' && { expiresAt: new Date(now + SESSION_MS) }),
    });
    return secret;
  }

  /** The bearer of an Authorization header (or `access_token` parameter), or null where there is none. */
  async function authenticate(ctx: Context): Promise<Auth | null> {
    const header = ctx.get('authorization');
    const parameter = ctx.state.query?.access_token;
    const secret =
      /^Bearer\s+(\S+)$/i.exec(header)?.[1] ??
      (typeof parameter === 'string' ? parameter : undefined);
    if (secret === undefined) {
      if (header !== '') throw invalidToken();
      return fromWebClient(ctx, kit.baseUrl) ? authenticateSession(ctx) : null;
    }
    const bearer = await bearerOf(secret);
    if (!bearer) throw invalidToken();
    return bearer;
  }

  async function bearerOf(secret: string): Promise<Auth | null> {
    const token = await store.token(hashSecret(secret));
    if (token?.kind !== 'token') return null;
    const account = token.account === null ? null : await apis.accounts.get(token.account);
    if (token.account !== null && account?.state !== 'active') return null;
    await touch(token);
    return { tokenId: token._id, appId: token.app, scopes: token.scopes, account };
  }

  /** The web client's own session: its secret is in an HttpOnly cookie, where no script can read it. */
  async function authenticateSession(ctx: Context): Promise<Auth | null> {
    const found = await session(ctx);
    return (
      found && {
        tokenId: found.token._id,
        appId: found.token.app,
        scopes: WEB_CLIENT_SCOPES,
        account: found.account,
      }
    );
  }

  async function session(ctx: Context): Promise<{ account: Account; token: Token } | null> {
    const secret = ctx.cookies.get(SESSION_COOKIE);
    const token = secret ? await store.token(hashSecret(secret)) : null;
    if (token?.kind !== 'session' || token.account === null) return null;
    const account = await apis.accounts.get(token.account);
    if (account?.state !== 'active') return null;
    await touch(token);
    return { account, token };
  }

  async function touch(token: Token): Promise<void> {
    if (touched.has(token._id)) return;
    touched.set(token._id, true);
    const now = kit.clock.now();
    if (now - token.usedAt < TOUCH_MS) return;
    await store.touchToken(token._id, {
      usedAt: now,
      ...(token.kind === 'session' && { expiresAt: new Date(now + SESSION_MS) }),
    });
  }

  async function startSession(ctx: Context, account: Account): Promise<void> {
    const secret = await make({
      kind: 'session',
      account: account._id,
      app: WEB_CLIENT,
      appName: 'Browser',
      scopes: [],
      agent: ctx.get('user-agent'),
    });
    ctx.cookies.set(SESSION_COOKIE, secret, {
      httpOnly: true,
      sameSite: 'lax',
      secure: false,
      overwrite: true,
      maxAge: SESSION_MS,
      path: '/',
    });
    if (kit.baseUrl.startsWith('https:')) secureCookie(ctx);
  }

  async function endSession(ctx: Context): Promise<void> {
    const secret = ctx.cookies.get(SESSION_COOKIE);
    if (secret) await store.removeToken(hashSecret(secret));
    ctx.cookies.set(SESSION_COOKIE, null, { path: '/' });
  }

  return { make, authenticate, bearerOf, session, startSession, endSession };
}

/** Behind a TLS proxy Koa sees plain http and would refuse `secure`; the browser must still be told. */
export function secureCookie(ctx: Context): void {
  const cookies = [ctx.response.get('set-cookie')].flat().filter(Boolean);
  ctx.set(
    'Set-Cookie',
    cookies.map((cookie) => `${cookie}; secure`),
  );
}

function invalidToken(): AppError {
  return new AppError('unauthenticated', 'The access token is invalid', {
    bearer: { error: 'invalid_token' },
  });
}
