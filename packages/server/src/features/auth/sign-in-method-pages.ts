/** Ways of signing in: each is one entry of the list that the sign-in page shows, in its order. */
import type { Context } from 'koa';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';
import type { Messages } from './page-messages.ts';
import type { SafeHtml } from './pages.ts';
import type { Tokens } from './tokens.ts';

export type SignInMethod = {
  name: string;
  /** What the page shows for it. `login`: what was typed before, after a refusal. */
  present: (page: { returnTo: string; login: string; messages: Messages }) => SafeHtml;
  /** A script of ours that it needs. */
  script?: string;
};

/** Why somebody who has shown who they are does not come in. */
export type Refusal = { text: string; status: number };
export type Welcome = (
  ctx: Context,
  account: Account,
  messages: Messages,
) => Promise<Refusal | null>;

/** How every method ends: with a session, or with what keeps this account out. */
export function createWelcome({ kit, tokens }: { kit: Kit; tokens: Tokens }): Welcome {
  return async (ctx, account, messages) => {
    if (account.state === 'awaiting_approval') return { text: messages.waiting, status: 403 };
    if (account.state !== 'active') return { text: messages.suspended, status: 403 };
    await tokens.startSession(ctx, account);
    kit.log.info({ account: account._id }, 'signed in');
    return null;
  };
}
