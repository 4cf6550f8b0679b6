/**
 * OAuth 2 as Mastodon apps speak it: registration, authorization code with PKCE (RFC 7636),
 * client credentials, revocation (RFC 7009) and metadata (RFC 8414).
 */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import type { AuthStore } from './auth-store.ts';
import { addOAuthAppRoutes } from './oauth-app-routes.ts';
import { addAuthorizePages } from './oauth-authorize-pages.ts';
import { addTokenRoutes } from './oauth-token-routes.ts';
import { SCOPES } from './scopes.ts';
import type { Tokens } from './tokens.ts';

export function addOAuthRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: AuthStore; tokens: Tokens },
): void {
  const { kit } = deps;
  const { router } = endpoints;
  addOAuthAppRoutes(endpoints, deps);
  addAuthorizePages(endpoints, deps);
  addTokenRoutes(endpoints, deps);

  router.get('/.well-known/oauth-authorization-server', (ctx) => {
    const { baseUrl } = kit;
    ctx.body = {
      issuer: `${baseUrl}/`,
      service_documentation: baseUrl,
      authorization_endpoint: `${baseUrl}/oauth/authorize`,
      token_endpoint: `${baseUrl}/oauth/token`,
      app_registration_endpoint: `${baseUrl}/api/v1/apps`,
      revocation_endpoint: `${baseUrl}/oauth/revoke`,
      userinfo_endpoint: `${baseUrl}/oauth/userinfo`,
      scopes_supported: SCOPES,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      code_challenge_methods_supported: ['S256'],
    };
  });

  endpoints.define(
    {
      method: 'get',
      path: '/oauth/userinfo',
      summary: 'Who the token belongs to (OpenID userinfo)',
      auth: 'member',
      scope: 'profile',
    },
    async ({ account }) => ({
      iss: `${kit.baseUrl}/`,
      sub: account.iri,
      name: account.displayName,
      preferred_username: account.username,
      profile: account.url,
    }),
  );
}
