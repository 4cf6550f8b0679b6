/** The streaming feature: what happens, told to open apps while it happens. */
import type { Apis } from '../../apis.ts';
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { createAttend } from './attend.ts';
import { createDeliverPersonal } from './deliver-personal.ts';
import { createDeliverPost } from './deliver-post.ts';
import { addEventRoutes } from './event-routes.ts';
import { createHandleMessages } from './handle-messages.ts';
import { createHub } from './hub.ts';
import { createSocketUpgrade } from './socket-routes.ts';
import { createStreamChannel } from './stream-channel.ts';
import { subscribeStreams } from './stream-events.ts';
import type { Streaming } from './streaming.ts';
import { createWhoReads } from './who-reads.ts';

/** Some readers notice that they were told to stop only when the next byte comes. */
const BEAT_MS = 10_000;
/** Cuts are told at once; this is for those that were told while Redis was away. */
const RECHECK_MS = 30_000;

export function createStreamingFeature(kit: Kit, apis: Apis): { feature: Feature; api: Streaming } {
  const { log, redis } = kit;
  const name = `mitoyen:${kit.config.database.name}:streaming`;
  const channel = createStreamChannel({ redis, log, name });
  const hub = createHub({ maxWaitingBytes: kit.config.limits.stream_waiting_bytes });
  const whoReads = createWhoReads({ apis });
  const messages = createHandleMessages({
    apis,
    log,
    hub,
    deliverPost: createDeliverPost({ apis, hub, whoReads }),
    personal: createDeliverPersonal({ apis, hub }),
  });
  const attend = createAttend({ kit, apis, hub });
  const timers: NodeJS.Timeout[] = [];

  const api: Streaming = {
    publish: ({ event, payload, to }) =>
      channel.send({ type: 'event', event, payload: JSON.stringify(payload), to }),
    notified: ({ _id, account }) => channel.send({ type: 'notification', account, id: _id }),
    conversationChanged: (id, accounts) => channel.send({ type: 'conversation', id, accounts }),
    refresh: (...accounts) => channel.send({ type: 'refresh', accounts }),
    cut: ({ tokens = [], accounts = [] }) => channel.send({ type: 'cut', tokens, accounts }),
  };
  subscribeStreams({ kit, apis, channel, streaming: api });

  function caughtUp(work: Promise<void>): void {
    work.catch((error) => log.warn({ err: error }, 'live connections could not be looked at'));
  }

  async function start(): Promise<void> {
    if (kit.config.roles === 'worker') return;
    await channel.listen(messages.take, () =>
      caughtUp(messages.recheck().then(messages.refreshAll)),
    );
    timers.push(
      setInterval(() => {
        for (const { carrier } of hub.connections()) carrier.beat();
      }, BEAT_MS).unref(),
      setInterval(() => caughtUp(messages.recheck()), RECHECK_MS).unref(),
    );
  }

  return {
    feature: {
      name: 'streaming',
      indexes: [],
      routes: (endpoints) => addEventRoutes(endpoints, { kit, attend }),
      upgrades: [createSocketUpgrade({ kit, attend })],
      start,
      stop: async () => {
        for (const timer of timers.splice(0)) clearInterval(timer);
        attend.close();
        await channel.flush();
      },
    },
    api,
  };
}
