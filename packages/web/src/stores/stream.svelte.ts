/** What happens while the page is open, told to whoever shows it. */
import type { Account, Status } from '../api/types.ts';
import { loadCounts } from './counts.svelte.ts';
import { followStream } from './event-stream.ts';
import { takePresence } from './presence.svelte.ts';
import { forget, keep, status as known } from './statuses.svelte.ts';

export type Streamed =
  /** Live again after a while without: what happened meanwhile was not told. */
  | { kind: 'reconnected' }
  | { kind: 'typing'; id: string; account: string }
  | { kind: 'read'; id: string; account: string; upTo: string }
  | { kind: 'post'; id: string; status: Status }
  | { kind: 'conversation'; id: string }
  | { kind: 'notification'; id: string; from: Account | null; status: Status | null };

const listeners = new Set<(event: Streamed) => void>();
const SLOW_START_MS = 5000;

export function onStreamed(run: (event: Streamed) => void): () => void {
  listeners.add(run);
  return () => listeners.delete(run);
}

export function startStream(): Promise<void> {
  return followStream('/api/v1/streaming/user?mitoyen=true', {
    onOpen: (again) => {
      // The first one, too, where the page was there for a while before it.
      if (again || performance.now() > SLOW_START_MS) tell({ kind: 'reconnected' });
    },
    onEvent: apply,
  });
}

function apply(event: string, data: string): void {
  switch (event) {
    case 'update': {
      const status = JSON.parse(data) as Status;
      tell({ kind: 'post', id: keep(status), status });
      return;
    }
    case 'status.update': {
      keep(JSON.parse(data) as Status);
      return;
    }
    case 'delete':
      if (known(data)) forget(data);
      return;
    case 'conversation': {
      const talk = JSON.parse(data) as { id: string };
      tell({ kind: 'conversation', id: talk.id });
      void loadCounts();
      return;
    }
    case 'mitoyen.presence':
      takePresence(JSON.parse(data));
      return;
    case 'mitoyen.typing': {
      const { conversation_id: id, account_id: account } = JSON.parse(data);
      tell({ kind: 'typing', id, account });
      return;
    }
    case 'mitoyen.read': {
      const { conversation_id: id, account_id: account, last_read_id: upTo } = JSON.parse(data);
      tell({ kind: 'read', id, account, upTo });
      return;
    }
    case 'notification': {
      const { id, account, status } = JSON.parse(data) as {
        id: string;
        account?: Account;
        status?: Status;
      };
      if (status) keep(status);
      tell({ kind: 'notification', id, from: account ?? null, status: status ?? null });
      const conversation = status?.mitoyen?.conversation_id;
      if (conversation) tell({ kind: 'conversation', id: conversation });
      void loadCounts();
      return;
    }
  }
}

function tell(event: Streamed): void {
  for (const run of listeners) run(event);
}
