/** Tokens for a code or for the app itself (RFC 6749), and their end (RFC 7009). */
import type { Context } from 'koa';
import type { Kit } from '../../kit.ts';
import { AppError } from '../../platform/app-error.ts';
import { readBody } from '../../platform/http/body.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { AuthStore, OAuthApp } from './auth-store.ts';
import { parseScopes, scopesWithin } from './scopes.ts';
import { answersChallenge, hashSecret, sameText } from './secret.ts';
import type { Tokens } from './tokens.ts';

type Query = Record<string, unknown>;

export function addTokenRoutes(
  { router }: Endpoints,
  deps: { kit: Kit; store: AuthStore; tokens: Tokens },
): void {
  const { kit, store, tokens } = deps;

  router.post('/oauth/token', async (ctx) => {
    await kit.rateLimiter.take({
      name: 'token',
      key: ctx.state.clientIp,
      limit: kit.config.limits.token_per_15_minutes,
      windowSeconds: 900,
    });
    const { fields } = await readBody(ctx, { maxFileBytes: 0 });
    ctx.set('Cache-Control', 'no-store');
    const answer = await issue(ctx, { ...ctx.state.query, ...fields });
    if ('error' in answer) ctx.status = answer.error === 'invalid_client' ? 401 : 400;
    ctx.body = answer;
  });

  type Issued =
    | { access_token: string; token_type: 'Bearer'; scope: string; created_at: number }
    | { error: string; error_description: string };

  async function issue(ctx: Context, fields: Query): Promise<Issued> {
    const { id, secret } = clientOf(ctx, fields);
    const missing = [
      ...(text(fields.grant_type) ? [] : ['grant_type']),
      ...(id ? [] : ['client_id']),
    ];
    if (missing.length > 0) return fault('invalid_request', `Missing: ${missing.join(', ')}`);
    const app = id ? await store.appByClient(id) : null;
    const proven =
      app !== null && secret !== undefined && sameText(hashSecret(secret), app.clientSecretHash);
    if (!app || (secret !== undefined && !proven))
      return fault('invalid_client', 'The client is not known or its secret is wrong');
    if (fields.grant_type === 'client_credentials') {
      if (!proven) return fault('invalid_client', 'client_credentials needs the client_secret');
      return clientToken(app, text(fields.scope));
    }
    if (fields.grant_type === 'authorization_code') return codeToken(app, fields, proven);
    return fault('unsupported_grant_type', 'Use authorization_code or client_credentials');
  }

  async function clientToken(app: OAuthApp, scope: string | undefined): Promise<Issued> {
    const scopes = parseScopes(scope);
    if (!scopes || !scopesWithin(scopes, app.scopes))
      return fault('invalid_scope', 'The scope is not one that the app registered');
    return issued(
      await tokens.make({ kind: 'token', account: null, app: app._id, appName: app.name, scopes }),
      scopes,
    );
  }

  async function codeToken(app: OAuthApp, fields: Query, proven: boolean): Promise<Issued> {
    // The code is used up by this try, whatever comes of it.
    const code = await store.takeCode(hashSecret(text(fields.code) ?? ''));
    const wrong = fault(
      'invalid_grant',
      'The code is wrong, used or expired, or does not fit this client',
    );
    if (!code || code.app !== app._id || code.redirectUri !== text(fields.redirect_uri))
      return wrong;
    const verifier = text(fields.code_verifier);
    if (code.challenge && !(verifier && answersChallenge(verifier, code.challenge))) return wrong;
    // Without a secret only the verifier shows that it is the same client.
    if (!code.challenge && (verifier !== undefined || !proven)) return wrong;
    const token = await tokens.make({
      kind: 'token',
      account: code.account,
      app: app._id,
      appName: app.name,
      scopes: code.scopes,
    });
    return issued(token, code.scopes);
  }

  function issued(token: string, scopes: string[]): Issued {
    return {
      access_token: token,
      token_type: 'Bearer',
      scope: scopes.join(' '),
      created_at: Math.floor(kit.clock.now() / 1000),
    };
  }

  router.post('/oauth/revoke', async (ctx) => {
    const { fields } = await readBody(ctx, { maxFileBytes: 0 });
    const { id, secret } = clientOf(ctx, fields);
    const app = id ? await store.appByClient(id) : null;
    if (!app || (secret !== undefined && !sameText(hashSecret(secret), app.clientSecretHash))) {
      throw new AppError('forbidden', 'You are not authorized to revoke this token');
    }
    // RFC 7009: unknown tokens are no error.
    await store.removeToken(hashSecret(text(fields.token) ?? ''), app._id);
    ctx.body = {};
  });
}

function clientOf(ctx: Context, fields: Query): { id?: string; secret?: string } {
  const basic = /^Basic\s+(\S+)$/i.exec(ctx.get('authorization'))?.[1];
  if (basic) {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { id: safeDecode(id), secret: safeDecode(secret) };
  }
  return { id: text(fields.client_id), secret: text(fields.client_secret) };
}

function safeDecode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function fault(error: string, error_description: string) {
  return { error, error_description };
}
