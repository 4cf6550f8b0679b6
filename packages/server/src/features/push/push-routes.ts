/** The client API of push subscriptions: one for each token. */
import type { Context } from 'koa';
import { z } from 'zod';
import type { Kit } from '../../kit.ts';
import { type FieldProblem, invalid, notFound } from '../../platform/app-error.ts';
import { type Auth, type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { checkEndpoint } from './check-endpoint.ts';
import type { PushStore, ServerKeys } from './push-store.ts';
import { sealToken } from './seal-token.ts';
import {
  ALERTS,
  type Alert,
  keyProblems,
  POLICIES,
  type PushSubscription,
} from './subscription.ts';

const PATH = '/api/v1/push/subscription';
const scope = 'push';

/** Those that we know; names that only other servers have (an app sends all of its own) are left out. */
const alerts = z.object(
  Object.fromEntries(ALERTS.map((alert) => [alert, flag.optional()])) as Record<
    Alert,
    z.ZodOptional<typeof flag>
  >,
);
const data = z.object({
  alerts: alerts.optional(),
  policy: z.enum(POLICIES).optional(),
  /** Ours: tell that there is something, and nothing more. */
  content_free: flag.optional(),
});
const creation = z.object({
  subscription: z.object({
    endpoint: z.string().min(1).max(2000),
    keys: z.object({ p256dh: z.string().max(200), auth: z.string().max(100) }),
    standard: flag.optional(),
  }),
  data: data.optional(),
});

export function addPushRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; store: PushStore; serverKeys: () => ServerKeys },
): void {
  const { kit, store } = deps;

  function view(row: PushSubscription) {
    return {
      id: row._id,
      endpoint: row.endpoint,
      standard: row.standard,
      alerts: Object.fromEntries(ALERTS.map((alert) => [alert, row.alerts[alert] ?? false])),
      policy: row.policy,
      server_key: deps.serverKeys().publicKey,
      mitoyen: { content_free: row.contentFree },
    };
  }

  /** The browser's own session is in a cookie and is never sent; nor is a token where content is not. */
  function sealed(ctx: Context, contentFree: boolean): string {
    const token = /^Bearer\s+(\S+)$/i.exec(ctx.get('authorization'))?.[1];
    if (!token || contentFree || kit.config.push.content === 'none') return '';
    return sealToken(token, deps.serverKeys().privateKey);
  }

  type Address = Pick<z.output<typeof creation>['subscription'], 'endpoint' | 'keys'>;
  function problemsOf({ endpoint, keys }: Address): FieldProblem[] {
    const address = checkEndpoint(endpoint, { allowHttp: kit.config.federation.allow_http });
    return [
      ...(address ? [{ field: 'subscription.endpoint', message: address }] : []),
      ...keyProblems({ p256dh: withoutPadding(keys.p256dh), auth: withoutPadding(keys.auth) }),
    ].map((one) => ({ ...one, code: 'ERR_INVALID' }));
  }

  function tokenOf(auth: Auth | null): string {
    if (!auth) throw notFound();
    return auth.tokenId;
  }

  endpoints.define(
    {
      method: 'post',
      path: PATH,
      summary: 'Be told of notifications while the app is closed',
      auth: 'member',
      scope,
      body: creation,
      rules: ({ subscription }) => {
        const sent = creation.shape.subscription.safeParse(subscription);
        return sent.success ? problemsOf(sent.data) : [];
      },
    },
    async ({ account, auth, body, ctx }) => {
      const { endpoint, keys, standard } = body.subscription;
      const clean = { p256dh: withoutPadding(keys.p256dh), auth: withoutPadding(keys.auth) };
      const problems = problemsOf({ endpoint, keys });
      if (problems.length > 0) throw invalid(...problems);
      const contentFree = body.data?.content_free ?? false;
      return view(
        await store.keep({
          _id: kit.nextId(),
          token: tokenOf(auth),
          account: account._id,
          endpoint,
          keys: clean,
          standard: standard ?? false,
          alerts: body.data?.alerts ?? {},
          policy: body.data?.policy ?? 'all',
          contentFree,
          sealedToken: sealed(ctx, contentFree),
          createdAt: kit.clock.now(),
        }),
      );
    },
  );

  endpoints.define(
    { method: 'get', path: PATH, summary: 'My push subscription', auth: 'member', scope },
    async ({ auth }) => {
      const row = await store.ofToken(tokenOf(auth));
      if (!row) throw notFound();
      return view(row);
    },
  );

  endpoints.define(
    {
      method: 'put',
      path: PATH,
      summary: 'Change what I am told of',
      auth: 'member',
      scope,
      body: z.object({ data: data.optional(), policy: z.enum(POLICIES).optional() }),
    },
    async ({ auth, body }) => {
      const policy = body.data?.policy ?? body.policy;
      const contentFree = body.data?.content_free;
      const changed = await store.change(tokenOf(auth), {
        ...(body.data?.alerts && { alerts: body.data.alerts }),
        ...(policy && { policy }),
        ...(contentFree !== undefined && { contentFree }),
      });
      if (!changed) throw notFound();
      return view(changed);
    },
  );

  endpoints.define(
    { method: 'delete', path: PATH, summary: 'Be told no more', auth: 'member', scope },
    async ({ auth }) => {
      await store.removeOfToken(tokenOf(auth));
      return {};
    },
  );
}

/** Apps send either alphabet of base64, padded or not. */
function withoutPadding(text: string): string {
  return text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
}
