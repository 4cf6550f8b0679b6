/** Who is connected to this process, and what each of them reads. */
import type { Account } from '../accounts/account.ts';
import type { Connection, EndReason, Subscription } from './connection.ts';
import type { Reading } from './reading.ts';
import type { Stream } from './stream.ts';

export type Viewer = { account: Account; reading: Reading; connections: Set<Connection> };

export type Hub = ReturnType<typeof createHub>;

export function createHub(deps: { maxWaitingBytes: number }) {
  const viewers = new Map<string, Viewer>();
  let size = 0;

  function add(connection: Connection, who: Pick<Viewer, 'account' | 'reading'>): void {
    const viewer = viewers.get(connection.account) ?? { ...who, connections: new Set() };
    viewers.set(connection.account, viewer);
    viewer.connections.add(connection);
    size += 1;
  }

  function remove(connection: Connection): void {
    const viewer = viewers.get(connection.account);
    if (!viewer?.connections.delete(connection)) return;
    size -= 1;
    if (viewer.connections.size === 0) viewers.delete(connection.account);
  }

  function end(connection: Connection, reason: EndReason): void {
    // First out of the hub: whatever is on its way is not sent any more.
    remove(connection);
    connection.carrier.end(reason);
  }

  /** Whoever takes nothing is let go, not buffered for. */
  function send(connection: Connection, stream: Stream, event: string, payload: string): void {
    if (!viewers.get(connection.account)?.connections.has(connection)) return;
    connection.carrier.send(stream, event, payload);
    if (connection.carrier.waiting() > deps.maxWaitingBytes) end(connection, 'slow');
  }

  function connections(): Connection[] {
    return [...viewers.values()].flatMap((viewer) => [...viewer.connections]);
  }

  function endWhere(matches: (connection: Connection) => boolean, reason: EndReason): number {
    const ending = connections().filter(matches);
    for (const connection of ending) end(connection, reason);
    return ending.length;
  }

  return {
    viewers,
    size: () => size,
    sizeOf: (account: string) => viewers.get(account)?.connections.size ?? 0,
    add,
    remove,
    send,
    connections,
    endWhere,
  };
}

/** Of a viewer's connections those with such a subscription, and which. */
export function* listening(
  viewer: Viewer,
  matches: (subscription: Subscription) => boolean,
): Generator<{ connection: Connection; stream: Stream }> {
  for (const connection of viewer.connections) {
    for (const subscription of connection.subscriptions)
      if (matches(subscription)) yield { connection, stream: subscription.stream };
  }
}
