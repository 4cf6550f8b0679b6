/** The provider of the house: the authorization code flow with PKCE, through openid-client. */
import type { Configuration } from 'openid-client';
import type { OidcConfig } from '../../config-schema/sign-in-config.ts';
import { readSubject, type Subject } from './oidc.ts';

const TIMEOUT_SECONDS = 10;
/** What a provider says of itself changes seldom; its keys are followed by the library. */
const KEPT_MS = 3600_000;

/** Loaded by those who have a provider, when the first person signs in. */
const openId = () => import('openid-client');

export type Provider = ReturnType<typeof createProvider>;

export function createProvider(deps: { config: OidcConfig; callback: string; now: () => number }) {
  const { config, callback, now } = deps;
  let known: { at: number; client: Promise<Configuration> } | null = null;

  function client(): Promise<Configuration> {
    if (known && now() - known.at < KEPT_MS) return known.client;
    const found = discover();
    known = { at: now(), client: found };
    // Asked again the next time: it may only be down for a moment.
    found.catch(() => {
      known = null;
    });
    return found;
  }

  async function discover(): Promise<Configuration> {
    const { allowInsecureRequests, discovery } = await openId();
    const issuer = new URL(config.issuer);
    // Plain http only to the same machine, where nobody listens in between.
    const isHere = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(issuer.hostname);
    return discovery(issuer, config.client_id, config.client_secret, undefined, {
      timeout: TIMEOUT_SECONDS,
      ...(issuer.protocol === 'http:' && isHere && { execute: [allowInsecureRequests] }),
    });
  }

  return {
    name: config.name,
    address: async (journey: { state: string; nonce: string; verifier: string }): Promise<URL> => {
      const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await openId();
      return buildAuthorizationUrl(await client(), {
        redirect_uri: callback,
        scope: config.scope,
        state: journey.state,
        nonce: journey.nonce,
        code_challenge: await calculatePKCECodeChallenge(journey.verifier),
        code_challenge_method: 'S256',
      });
    },
    /** Whom the provider sent back. @throws where its answer is not one to this journey */
    subject: async (
      query: string,
      journey: { state: string; nonce: string; verifier: string },
    ): Promise<Subject> => {
      const { authorizationCodeGrant } = await openId();
      const tokens = await authorizationCodeGrant(await client(), new URL(`${callback}?${query}`), {
        expectedState: journey.state,
        expectedNonce: journey.nonce,
        pkceCodeVerifier: journey.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider sent no ID token');
      return readSubject(claims);
    },
  };
}
