/** What one person hears: notifications, conversations, and small events. */
import type { Apis } from '../../apis.ts';
import { isColleague } from '../accounts/account.ts';
import { type Hub, listening, type Viewer } from './hub.ts';
import type { StreamMessage, Told } from './stream-message.ts';

type Of<T extends StreamMessage['type']> = Extract<StreamMessage, { type: T }>;

export function createDeliverPersonal(deps: { apis: Apis; hub: Hub }) {
  const { apis, hub } = deps;

  async function notification({ account, id }: Of<'notification'>): Promise<void> {
    const viewer = hub.viewers.get(account);
    if (!viewer) return;
    const targets = [
      ...listening(viewer, ({ stream }) => stream.name === 'user' || isNotifications(stream.name)),
    ].filter(({ connection }) => connection.may.notifications);
    for (const [ownTypes, of] of Map.groupBy(targets, (one) => one.connection.ownEvents)) {
      const shown = await apis.notifications.present(id, viewer.account, { ownTypes });
      if (!shown) continue;
      const payload = JSON.stringify(shown);
      for (const { connection, stream } of of)
        hub.send(connection, stream, 'notification', payload);
    }
  }

  async function conversation({ id, accounts }: Of<'conversation'>): Promise<void> {
    for (const account of accounts) {
      const viewer = hub.viewers.get(account);
      // To apps that know our events the user's own stream tells of conversations too.
      const targets = viewer
        ? [...listening(viewer, ({ stream }) => ['user', 'direct'].includes(stream.name))].filter(
            ({ connection, stream }) => stream.name === 'direct' || connection.ownEvents,
          )
        : [];
      if (!viewer || targets.length === 0) continue;
      const shown = await apis.conversations.present(id, viewer.account);
      const lastAuthor = shown?.last_status?.account as { id?: string } | undefined;
      const hidden = lastAuthor?.id
        ? await apis.relations.hiddenAmong(account, [lastAuthor.id])
        : new Set();
      if (!shown || hidden.size > 0) continue;
      const payload = JSON.stringify(shown);
      for (const { connection, stream } of targets)
        if (connection.may.statuses) hub.send(connection, stream, 'conversation', payload);
    }
  }

  function event({ event: name, payload, to }: Of<'event'>): void {
    for (const viewer of toldOf(to)) {
      for (const { connection, stream } of listening(viewer, (one) => one.stream.name === 'user'))
        if (connection.ownEvents || !name.startsWith('mitoyen.'))
          hub.send(connection, stream, name, payload);
    }
  }

  function toldOf(to: Told): Viewer[] {
    if (typeof to === 'object') return to.accounts.flatMap((id) => hub.viewers.get(id) ?? []);
    const all = [...hub.viewers.values()];
    return to === 'everybody' ? all : all.filter(({ account }) => isColleague(account));
  }

  return { notification, conversation, event };
}

function isNotifications(name: string): boolean {
  return name === 'user:notification';
}
