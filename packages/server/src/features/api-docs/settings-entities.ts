/** What people get about their account and their files: passkeys, identities, uploads. */
import { z } from 'zod';
import { count, MediaAttachment, moment, text } from './mastodon-parts.ts';

const Passkey = z.looseObject({ id: text, name: text, created_at: moment });

export const SETTINGS_ENTITIES = {
  Passkey,
  Passkeys: z.object({
    offered: z.boolean().describe('Whether this server can take any'),
    passkeys: z.array(Passkey),
  }),
  PasskeyOptions: z
    .looseObject({ challenge: text })
    .describe('WebAuthn: PublicKeyCredentialCreationOptionsJSON'),
  Identities: z.object({
    provider: text.nullable(),
    identities: z.array(
      z.object({ id: text, name: text, created_at: moment, last_used_at: moment }),
    ),
  }),
  Link: z.object({ url: text }),
  SignedOut: z.object({ signed_out: count.describe('Other devices and apps') }),
  Upload: z.object({
    id: text,
    length: count.describe('Bytes, as `Upload-Length`'),
    offset: count.describe('Bytes that are here, as `Upload-Offset`'),
    expires_at: moment.describe('As `Upload-Expires`'),
    media: MediaAttachment.nullable().describe('What it became, when all is here'),
    error: text.nullable().describe('Why it could not become a media'),
  }),
} as const;
