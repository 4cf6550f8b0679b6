/** How people sign in besides with a password or a passkey. */
import { z } from 'zod';

export const oidcConfig = z
  .strictObject({
    issuer: z
      .url({ protocol: /^https?$/, error: 'is not an address like https://login.example.org' })
      .describe('The provider’s issuer; what it offers is read from its discovery document.'),
    client_id: z.string().min(1).max(300).describe('The name of this server at the provider.'),
    client_secret: z
      .string()
      .min(1)
      .max(1000)
      .describe('Its secret there. Best given as MITOYEN_SIGN_IN__OIDC__CLIENT_SECRET_FILE.'),
    name: z.string().min(1).max(60).default('SSO').describe('What the button says.'),
    scope: z
      .string()
      .regex(/\bopenid\b/, 'must have openid in it')
      .max(300)
      .default('openid profile email')
      .describe('What is asked of the provider.'),
    create_accounts: z
      .boolean()
      .default(false)
      .describe(
        'Whoever the provider vouches for and nobody has connected yet gets an account. Off: people connect theirs in their settings.',
      ),
  })
  .optional()
  .describe('OpenID Connect: one provider of the house. Absent: none.');

export const signInConfig = z.strictObject({ oidc: oidcConfig }).prefault({});

export type OidcConfig = NonNullable<z.output<typeof oidcConfig>>;
