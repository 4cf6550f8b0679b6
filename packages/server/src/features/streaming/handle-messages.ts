/** Works through what comes from Redis, in order: reading for several at once, sending one after the other. */
import type { Apis } from '../../apis.ts';
import type { Log } from '../../platform/log.ts';
import type { createDeliverPersonal } from './deliver-personal.ts';
import type { createDeliverPost } from './deliver-post.ts';
import type { Hub } from './hub.ts';
import { readReading, readSource } from './reading.ts';
import type { StreamMessage } from './stream-message.ts';

/** Messages that wait for their turn; past it the oldest are let go, as a client must be able to miss some. */
const MOST_WAITING = 10_000;

type Waiting = Exclude<StreamMessage, { type: 'cut' }>;

export type HandleMessages = ReturnType<typeof createHandleMessages>;

export function createHandleMessages(deps: {
  apis: Apis;
  log: Log;
  hub: Hub;
  deliverPost: ReturnType<typeof createDeliverPost>;
  personal: ReturnType<typeof createDeliverPersonal>;
}) {
  const { apis, log, hub, personal } = deps;
  const waiting: Waiting[] = [];
  let running = false;

  /** Cuts are done at once, before anything that waits. */
  function take(message: StreamMessage): void {
    if (message.type === 'cut') {
      cut(message);
      return;
    }
    if (hub.size() === 0) return;
    waiting.push(message);
    if (waiting.length > MOST_WAITING) waiting.shift();
    if (!running) run();
  }

  async function run(): Promise<void> {
    running = true;
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      await handle(message).catch((error) =>
        log.error({ err: error, type: message?.type }, 'a live update was not delivered'),
      );
    }
    running = false;
  }

  async function handle(message: Waiting): Promise<void> {
    switch (message.type) {
      case 'post':
        return deps.deliverPost(message.event, message.post);
      case 'notification':
        return personal.notification(message);
      case 'conversation':
        return personal.conversation(message);
      case 'event':
        return personal.event(message);
      case 'refresh':
        return refresh(message.accounts);
    }
  }

  async function refresh(accounts: string[]): Promise<void> {
    for (const id of accounts) {
      const viewer = hub.viewers.get(id);
      if (!viewer) continue;
      const account = await apis.accounts.get(id);
      if (account?.state !== 'active') {
        hub.endWhere((one) => one.account === id, 'revoked');
        continue;
      }
      viewer.account = account;
      viewer.reading = await readReading(apis, id);
      for (const { subscriptions } of viewer.connections)
        for (const one of subscriptions) one.source = await readSource(apis, id, one.stream);
    }
  }

  function cut({ tokens, accounts }: { tokens: string[]; accounts: string[] }): void {
    hub.endWhere(
      (one) => tokens.includes(one.tokenId) || accounts.includes(one.account),
      'revoked',
    );
  }

  /** After Redis was away, or to be sure: what was missed is caught up with. */
  async function recheck(): Promise<void> {
    const connections = hub.connections();
    if (connections.length === 0) return;
    const valid = await apis.authentication.validTokens([
      ...new Set(connections.map((one) => one.tokenId)),
    ]);
    hub.endWhere((one) => !valid.has(one.tokenId), 'revoked');
  }

  return { take, recheck, refreshAll: () => refresh([...hub.viewers.keys()]) };
}
