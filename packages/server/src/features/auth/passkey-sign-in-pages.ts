/** Signing in with a passkey: the browser offers those it has, nobody types a name. */
import { readFileSync } from 'node:fs';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Context } from 'koa';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { readBody } from '../../platform/http/body.ts';
import type { Endpoints } from '../../platform/http/endpoints.ts';
import { html, messagesOf } from './pages.ts';
import type { Ceremonies } from './passkey-ceremonies.ts';
import { safeReturn } from './safe-return.ts';
import { requireSameOrigin } from './same-origin.ts';
import type { SignInMethod, Welcome } from './sign-in-method-pages.ts';

const SCRIPT = readFileSync(new URL('passkey-page.js', import.meta.url), 'utf8');
const SCRIPT_PATH = '/assets/passkey.js';
/** Each page that is opened asks for a challenge, and a whole office may have one address. */
const LOOKS_PER_TRY = 20;

/** Hidden until the script finds that this browser can. */
export const passkeyMethod: SignInMethod = {
  name: 'passkey',
  script: SCRIPT_PATH,
  present: ({
    returnTo,
    messages,
  }) => html`<div class="passkey" id="passkey" hidden data-return="${returnTo}">
<p class="or"><span>${messages.or}</span></p>
<button class="plain" type="button">${messages.withPasskey}</button>
<div class="problem" role="alert" hidden></div></div>`,
};

const text = z.string().max(20_000);
const answer = z.object({
  return_to: z.string().max(4001).default('/'),
  credential: z.looseObject({
    id: z.string().max(2000),
    rawId: z.string().max(2000),
    type: z.literal('public-key'),
    clientExtensionResults: z.looseObject({}).default({}),
    response: z.looseObject({
      clientDataJSON: text,
      authenticatorData: text,
      signature: text,
      userHandle: z.string().max(200),
    }),
  }),
});

export function addPasskeySignIn(
  { router }: Endpoints,
  deps: { kit: Kit; apis: Apis; ceremonies: Ceremonies; welcome: Welcome },
): void {
  const { kit, apis, ceremonies, welcome } = deps;

  router.get(SCRIPT_PATH, (ctx) => {
    ctx.type = 'text/javascript';
    ctx.set('Cache-Control', 'public, max-age=3600');
    ctx.body = SCRIPT;
  });

  router.post('/auth/passkey/options', async (ctx: Context) => {
    requireSameOrigin(ctx, kit.baseUrl);
    await limit(ctx, 'passkey-look', LOOKS_PER_TRY);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = await ceremonies.beginSignIn();
  });

  router.post('/auth/passkey', async (ctx: Context) => {
    requireSameOrigin(ctx, kit.baseUrl);
    await limit(ctx, 'passkey-sign-in', 1);
    const messages = messagesOf(ctx);
    const { fields } = await readBody(ctx, { maxFileBytes: 0 });
    const asked = answer.safeParse(fields);
    const id = asked.success
      ? await ceremonies.signIn(asked.data.credential as AuthenticationResponseJSON)
      : null;
    const account = id && (await apis.accounts.get(id));
    const refusal = account
      ? await welcome(ctx, account, messages)
      : { text: messages.passkeyWrong, status: 422 };
    ctx.set('Cache-Control', 'no-store');
    ctx.status = refusal?.status ?? 200;
    ctx.body = refusal ? { error: refusal.text } : { location: safeReturn(asked.data?.return_to) };
  });

  async function limit(ctx: Context, name: string, times: number): Promise<void> {
    await kit.rateLimiter.take({
      name,
      key: ctx.state.clientIp,
      limit: kit.config.limits.sign_in_per_15_minutes * times,
      windowSeconds: 900,
    });
  }
}
