/** The push feature: apps are told of notifications while they are closed (Web Push, RFC 8030, 8291, 8292). */
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import type { Push } from './push.ts';
import { addPushRoutes } from './push-routes.ts';
import { createPushStore, pushIndexes, type ServerKeys } from './push-store.ts';
import { createSendPush } from './send-push.ts';

const job = z.object({ subscription: z.string(), notification: z.string() });
const AT_ONCE = 8;

export function createPushFeature(kit: Kit, apis: Apis): { feature: Feature; api: Push } {
  const store = createPushStore(kit.mongo);
  let keys: ServerKeys | null = null;

  function serverKeys(): ServerKeys {
    if (!keys) throw new Error('the push keys are read at start');
    return keys;
  }

  /** Made once, and kept: every subscription is bound to them. */
  async function start(): Promise<void> {
    keys = (await store.serverKeys()) ?? (await makeKeys());
  }

  async function makeKeys(): Promise<ServerKeys> {
    const { default: webPush } = await import('web-push');
    return store.keepServerKeys({ _id: 'vapid', ...webPush.generateVAPIDKeys() });
  }

  const send = createSendPush({ kit, apis, store, serverKeys });
  kit.events.on('account.deleted', async ({ id }) => {
    await store.removeOf(id);
  });

  async function notified(notification: { _id: string; account: string }): Promise<void> {
    if (!kit.config.push.enabled) return;
    try {
      const subscriptions = await store.of(notification.account);
      await kit.queues.addMany(
        'push',
        subscriptions.map(({ _id }) => ({
          data: { subscription: _id, notification: notification._id },
        })),
      );
    } catch (error) {
      kit.log.warn({ err: error, notification: notification._id }, 'apps were not told');
    }
  }

  return {
    feature: {
      name: 'push',
      indexes: pushIndexes,
      start,
      routes: (endpoints) => {
        if (kit.config.push.enabled) addPushRoutes(endpoints, { kit, store, serverKeys });
      },
      jobs: [
        {
          queue: 'push',
          concurrency: AT_ONCE,
          handler: async (data) => {
            const { subscription, notification } = job.parse(data);
            await send(subscription, notification);
          },
        },
      ],
    },
    api: {
      publicKey: () => (kit.config.push.enabled ? serverKeys().publicKey : ''),
      notified,
    },
  };
}
