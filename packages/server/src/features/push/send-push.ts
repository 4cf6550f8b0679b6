/** One notification to one app, encrypted for it; what its push service answers is heeded. */
import { SafeHttpError } from '@mitoyen/federation';
import type { RequestDetails } from 'web-push';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { composePush } from './compose-push.ts';
import type { PushStore, ServerKeys } from './push-store.ts';
import { openToken } from './seal-token.ts';
import { knowsOwnTypes, type PushSubscription, wants } from './subscription.ts';

const DAY_SECONDS = 24 * 3600;
/** The service will never take it: the app is gone, or the address was never one. */
const GONE = new Set([400, 401, 403, 404, 410, 413]);
const GONE_FOR_GOOD = new Set([404, 410]);
const NEVER: ReadonlySet<string> = new Set([
  'address_refused',
  'scheme_refused',
  'port_refused',
  'not_an_address',
]);

export function createSendPush(deps: {
  kit: Kit;
  apis: Apis;
  store: PushStore;
  serverKeys: () => ServerKeys;
}) {
  const { kit, apis, store } = deps;

  /** Throws where it is worth trying again. */
  return async function sendPush(subscriptionId: string, notification: string): Promise<void> {
    const subscription = await store.get(subscriptionId);
    if (!subscription) return;
    const valid = await apis.authentication.validTokens([subscription.token]);
    const account = await apis.accounts.get(subscription.account);
    if (!valid.has(subscription.token) || account?.state !== 'active') {
      await store.remove(subscription._id);
      return;
    }
    const shown = await apis.notifications.present(notification, account, {
      ownTypes: knowsOwnTypes(subscription),
    });
    if (!shown || !wants(subscription, shown.type)) return;
    if (await apis.mail.isQuiet(account._id)) return;
    const from = (shown.account as { id: string }).id;
    if (!(await allows(subscription, from))) return;
    const language = account.language ?? kit.config.instance.languages[0] ?? 'en';
    const { sealedToken } = subscription;
    const { privateKey } = deps.serverKeys();
    const payload = composePush(shown, {
      ...(sealedToken && { accessToken: openToken(sealedToken, privateKey) ?? undefined }),
      contentFree: subscription.contentFree || kit.config.push.content === 'none',
      language,
      title: apis.notifications.describe(shown, language, account._id),
      house: kit.config.instance.name,
    });
    await post(subscription, JSON.stringify(payload));
  };

  async function allows({ policy, account }: PushSubscription, from: string): Promise<boolean> {
    if (from === account) return policy !== 'none';
    switch (policy) {
      case 'all':
        return true;
      case 'none':
        return false;
      case 'followed':
        return apis.relations.isFollowing(account, from);
      case 'follower':
        return apis.relations.isFollowing(from, account);
    }
  }

  async function post(subscription: PushSubscription, payload: string): Promise<void> {
    const { publicKey, privateKey } = deps.serverKeys();
    const { contact_email } = kit.config.instance;
    const { default: webPush } = await import('web-push');
    const request = webPush.generateRequestDetails(
      { endpoint: subscription.endpoint, keys: subscription.keys },
      payload,
      {
        vapidDetails: {
          subject: contact_email
            ? `mailto:${contact_email}`
            : kit.baseUrl.replace(/^http:/, 'https:'),
          publicKey,
          privateKey,
        },
        TTL: 2 * DAY_SECONDS,
        urgency: 'normal',
        contentEncoding: subscription.standard ? 'aes128gcm' : 'aesgcm',
      },
    );
    const status = await exchange(request);
    if (status === null || GONE_FOR_GOOD.has(status)) {
      await store.remove(subscription._id);
      kit.log.info({ subscription: subscription._id, status }, 'a push subscription ended');
    } else if (GONE.has(status)) {
      kit.log.warn({ subscription: subscription._id, status }, 'a push service refused');
    } else if (status >= 300) {
      throw new Error(`the push service answered ${status}`);
    }
  }

  /** The status; null where the address is none that may be reached. */
  async function exchange(request: RequestDetails): Promise<number | null> {
    const headers = Object.fromEntries(
      Object.entries(request.headers)
        // The client computes it from the body.
        .filter(([name]) => name.toLowerCase() !== 'content-length')
        .map(([name, value]) => [name, String(value)]),
    );
    try {
      const body = request.body ?? Buffer.alloc(0);
      return (await kit.http.post(request.endpoint, { headers, body })).status;
    } catch (error) {
      if (error instanceof SafeHttpError && NEVER.has(error.reason)) return null;
      throw error;
    }
  }
}
