/** Notifications, grouped by the server: what happened, to what, by whom. */
import { type ApiError, get, getPage } from '../../api/http.ts';
import type { Account, Status } from '../../api/types.ts';

export type AlertGroup = {
  group_key: string;
  notifications_count: number;
  type: string;
  most_recent_notification_id: string;
  latest_page_notification_at: string;
  sample_account_ids: string[];
  status_id?: string;
  mitoyen?: { type: string; emojis: string[]; group_id: string | null };
};
type Answer = { accounts: Account[]; statuses: Status[]; notification_groups: AlertGroup[] };
type Markers = { notifications?: { last_read_id: string } };

import { type Kind, typesOf } from './alert-kinds.ts';

/** Our own kinds too: the server gives plain apps only what they know. */
const OWN_TYPES = { mitoyen: true, limit: 30 };

export class Alerts {
  groups: AlertGroup[] = $state.raw([]);
  state: 'loading' | 'ready' | 'failed' = $state('loading');
  error: ApiError | null = $state.raw(null);
  next: string | null = $state.raw(null);
  /** Raised by each load: an answer to an earlier one is of another kind. */
  #turn = 0;
  #asked: string | null = null;
  readonly #accounts = new Map<string, Account>();
  readonly #statuses = new Map<string, Status>();

  /** Gives the newest that was read before. */
  async load(kind: Kind = 'all'): Promise<string> {
    this.state = 'loading';
    this.#turn += 1;
    const turn = this.#turn;
    const query = { ...OWN_TYPES, types: typesOf(kind) };
    try {
      const [page, markers] = await Promise.all([
        getPage<Answer>('/api/v2/notifications', query),
        get<Markers>('/api/v1/markers', { timeline: ['notifications'] }).catch((): Markers => ({})),
      ]);
      if (turn !== this.#turn) return '';
      this.groups = [];
      this.#take(page.items);
      this.next = page.next;
      this.state = 'ready';
      return markers.notifications?.last_read_id ?? '';
    } catch (error) {
      if (turn !== this.#turn) return '';
      this.error = error as ApiError;
      this.state = 'failed';
      return '';
    }
  }

  /** The page behind what is shown, once however often it is asked for. @throws ApiError */
  async more(): Promise<void> {
    const { next } = this;
    if (!next || this.#asked === next) return;
    this.#asked = next;
    try {
      const page = await getPage<Answer>(next);
      if (this.next !== next) return;
      this.#take(page.items);
      this.next = page.next;
    } finally {
      if (this.#asked === next) this.#asked = null;
    }
  }

  people(alert: AlertGroup): Account[] {
    return alert.sample_account_ids.flatMap((id) => this.#accounts.get(id) ?? []);
  }

  status(alert: AlertGroup): Status | null {
    return this.#statuses.get(alert.status_id ?? '') ?? null;
  }

  group(alert: AlertGroup): Account | null {
    return this.#accounts.get(alert.mitoyen?.group_id ?? '') ?? null;
  }

  #take(answer: Answer): void {
    for (const one of answer.accounts) this.#accounts.set(one.id, one);
    for (const one of answer.statuses) this.#statuses.set(one.id, one);
    const known = new Set(this.groups.map((one) => one.group_key));
    this.groups = [
      ...this.groups,
      ...answer.notification_groups.filter((one) => !known.has(one.group_key)),
    ];
  }
}
