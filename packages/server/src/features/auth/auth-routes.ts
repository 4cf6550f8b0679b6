/** The API of invitations, sessions, signing up from an app, and people for admins. */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { pageLimit } from '../../platform/http/page-limit.ts';
import { idPage, idPageOf, pageQuery } from '../../platform/http/pages.ts';
import type { Account } from '../accounts/account.ts';
import type { AuthStore, Invitation, Token } from './auth-store.ts';
import type { People } from './people.ts';
import { hashSecret, makeSecret } from './secret.ts';
import type { Tokens } from './tokens.ts';

const DAY_MS = 24 * 3600_000;

export function addAuthRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    store: AuthStore;
    tokens: Tokens;
    people: People;
    suspend: (id: string) => Promise<Account>;
    unsuspend: (id: string) => Promise<Account>;
  },
): void {
  const { kit, apis, store, tokens, people } = deps;

  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/sessions',
      summary: 'Devices and apps signed in to my account',
      auth: 'member',
      scope: 'read:accounts',
    },
    async ({ account, auth }) =>
      (await store.tokensOf(account._id)).map((token) => viewSession(token, auth?.tokenId)),
  );

  endpoints.define(
    {
      method: 'delete',
      path: '/api/mitoyen/v1/sessions/:id',
      summary: 'Sign a device or app out',
      auth: 'member',
      scope: 'write:accounts',
      params: z.object({ id: z.string().max(40) }),
    },
    async ({ account, params }) => {
      if (!(await store.removeTokenOf(account._id, params.id))) throw notFound();
      return {};
    },
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/mitoyen/v1/invitations',
      summary: 'Invitations',
      auth: 'member',
      scope: 'admin:read:invites',
      query: pageQuery.extend({ limit: pageLimit(200, 200) }),
    },
    async ({ account, query }) => {
      requireStaff(account, ['admin', 'moderator']);
      const found = await store.invitations(idPageOf(query));
      return idPage(
        found.map((invitation) => viewInvitation(invitation, null)),
        found.map((invitation) => invitation._id),
        query.limit,
      );
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/mitoyen/v1/invitations',
      summary: 'Make an invitation link',
      auth: 'member',
      scope: 'admin:write:invites',
      body: z.object({
        role: z.enum(['admin', 'moderator', 'member', 'guest']).default('member'),
        uses: z.coerce.number().int().min(1).max(1000).default(1),
        days: z.coerce.number().int().min(1).max(90).default(7),
        note: z.string().max(200).default(''),
        /** Sends the link there. */
        email: z.email().max(254).optional(),
      }),
    },
    async ({ account, body }) => {
      requireStaff(account, ['admin', 'moderator']);
      if (account.role !== 'admin' && (body.role === 'admin' || body.role === 'moderator'))
        throw forbidden('Only admins invite admins and moderators');
      const code = makeSecret();
      const now = kit.clock.now();
      const invitation: Invitation = {
        _id: kit.nextId(),
        codeHash: hashSecret(code),
        role: body.role,
        createdBy: account._id,
        usesLeft: body.uses,
        used: 0,
        note: body.note,
        createdAt: now,
        expiresAt: new Date(now + body.days * DAY_MS),
      };
      if (body.email && !apis.mail.isOn())
        throw invalid({
          field: 'email',
          code: 'ERR_INVALID',
          message: 'cannot be written to: this server sends no e-mail (mail.url)',
        });
      await store.addInvitation(invitation);
      const url = `${kit.baseUrl}/invite/${code}`;
      if (body.email) await sendInvitation(account, { to: body.email, url, id: invitation._id });
      return viewInvitation(invitation, url);
    },
  );

  /** An invitation that could not be sent is none. */
  async function sendInvitation(
    by: Account,
    invitation: { to: string; url: string; id: string },
  ): Promise<void> {
    const { to, url, id } = invitation;
    const language = by.language ?? kit.config.instance.languages[0] ?? 'en';
    try {
      await apis.mail.sendInvitation({ to, url, language, from: by.displayName });
    } catch (cause) {
      await store.removeInvitation(id);
      throw new AppError('remote_failed', 'The mail server did not take the invitation', { cause });
    }
  }

  endpoints.define(
    {
      method: 'delete',
      path: '/api/mitoyen/v1/invitations/:id',
      summary: 'Take an invitation back',
      auth: 'member',
      scope: 'admin:write:invites',
      params: z.object({ id: z.string().max(40) }),
    },
    async ({ account, params }) => {
      requireStaff(account, ['admin', 'moderator']);
      const { deletedCount } = await store.removeInvitation(params.id);
      if (deletedCount === 0) throw notFound();
      return {};
    },
  );

  endpoints.define(
    {
      method: 'post',
      path: '/api/v1/accounts',
      summary: 'Sign up from an app (its own token)',
      auth: 'app',
      scope: 'write:accounts',
      body: z.object({
        username: z.string().default(''),
        email: z.string().default(''),
        password: z.string().default(''),
        agreement: flag.default(false),
        locale: z.string().max(20).optional(),
        invite_code: z.string().max(100).optional(),
        reason: z.string().trim().optional(),
      }),
    },
    async ({ auth, body, ip }) => {
      await kit.rateLimiter.take({
        name: 'sign-up',
        key: ip,
        limit: kit.config.limits.sign_up_per_hour,
        windowSeconds: 3600,
      });
      const account = await people.signUp({
        username: body.username,
        email: body.email,
        password: body.password,
        invitation: body.invite_code,
        reason: body.reason || undefined,
      });
      if (account.state !== 'active')
        throw new AppError('forbidden', 'The account waits for approval by an admin');
      const app = auth && (await store.app(auth.appId));
      const scopes = auth?.scopes ?? [];
      const token = await tokens.make({
        kind: 'token',
        account: account._id,
        app: auth?.appId ?? '',
        appName: app?.name ?? 'App',
        scopes,
      });
      return {
        access_token: token,
        token_type: 'Bearer',
        scope: scopes.join(' '),
        created_at: Math.floor(kit.clock.now() / 1000),
      };
    },
  );

  for (const [verb, act, summary] of [
    ['suspend', deps.suspend, 'Suspend a person: sign out everywhere, no more sign-in'],
    ['unsuspend', deps.unsuspend, 'Lift a suspension'],
    ['approve', deps.unsuspend, 'Let a waiting person in'],
  ] as const) {
    endpoints.define(
      {
        method: 'post',
        path: `/api/mitoyen/v1/admin/people/:id/${verb}`,
        summary,
        auth: 'member',
        scope: 'admin:write:accounts',
        params: z.object({ id: z.string().max(40) }),
      },
      async ({ account, params }) => {
        requireStaff(account, ['admin']);
        if (params.id === account._id) throw forbidden('You cannot do this to your own account');
        const changed = await act(params.id);
        return (await apis.accounts.present([changed._id])).get(changed._id);
      },
    );
  }
}

function requireStaff(account: Account, roles: Account['role'][]): void {
  if (!roles.includes(account.role)) throw forbidden();
}

function viewSession(token: Token, current: string | undefined) {
  return {
    id: token.publicId,
    kind: token.kind === 'session' ? 'browser' : 'app',
    name: token.appName,
    user_agent: token.agent || null,
    scopes: token.scopes,
    created_at: new Date(token.createdAt).toISOString(),
    last_used_at: new Date(token.usedAt).toISOString(),
    current: token._id === current,
  };
}

function viewInvitation(invitation: Invitation, url: string | null) {
  return {
    id: invitation._id,
    role: invitation.role,
    uses_left: invitation.usesLeft,
    used: invitation.used,
    note: invitation.note,
    created_at: new Date(invitation.createdAt).toISOString(),
    expires_at: invitation.expiresAt.toISOString(),
    /** Shown once, when it is made: only its hash is kept. */
    url,
  };
}
