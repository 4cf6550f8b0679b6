/** What other features may ask of the auth feature. */
import type { Context } from 'koa';
import type { Auth } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';

export type Authentication = {
  /** The bearer of the request's token, or null. Throws AppError `unauthenticated` for a bad token. */
  authenticate: (ctx: Context) => Promise<Auth | null>;
  /** The bearer of a token, however it came; null where it is not valid. */
  bearerOf: (secret: string) => Promise<Auth | null>;
  /** Of these tokens (hashes), those that are still good. */
  validTokens: (hashes: string[]) => Promise<Set<string>>;
  /** The person of the request's browser session (sign-in pages), or null. */
  session: (ctx: Context) => Promise<Account | null>;
  /** Ends every token and session of a person (suspension, password change). */
  revokeAll: (account: string) => Promise<void>;
  /** Makes a token for scripts; the plain token is shown once and stored hashed. */
  createToken: (account: string, scopes: string[], name: string) => Promise<{ token: string }>;
  /** A one-time sign-in link (first admin, forgotten password by an admin). */
  createSignInLink: (account: string) => Promise<{ url: string; expiresAt: number }>;
  /** Makes a local person. AppError `invalid` with every problem at once. */
  createPerson: (person: {
    username: string;
    email?: string;
    password?: string;
    displayName?: string;
    role: 'admin' | 'moderator' | 'member' | 'guest';
  }) => Promise<Account>;
  /** Where somebody gets e-mail; null where we know of no address. */
  emailOf: (account: string) => Promise<string | null>;
  hasPassword: (account: string) => Promise<boolean>;
  setPassword: (account: Account, password: string) => Promise<void>;
  /** Signs a person out everywhere and keeps them out. */
  suspend: (account: string) => Promise<Account>;
  unsuspend: (account: string) => Promise<Account>;
};
