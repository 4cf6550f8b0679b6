/** Conversations and their messages, newest first from the server, shown oldest first. */
import { type ApiError, get, getPage, type PageOf, post, toPath } from '../../api/http.ts';
import type { Account, Conversation, Status } from '../../api/types.ts';
import { loadCounts } from '../../stores/counts.svelte.ts';
import { keep, keepAll } from '../../stores/statuses.svelte.ts';

export const OURS = '/api/mitoyen/v1/conversations';
/** Of messages that were missed: who was away for longer finds the rest by reading back. */
const MOST_PAGES = 10;

class Talks {
  list: Conversation[] = $state.raw([]);
  state: 'idle' | 'loading' | 'ready' | 'failed' = $state('idle');
  error: ApiError | null = $state.raw(null);
  /** Where older ones go on. */
  next: string | null = $state.raw(null);

  async load(): Promise<void> {
    if (this.state === 'idle') this.state = 'loading';
    try {
      const page = await getPage<Conversation[]>('/api/v1/conversations', { limit: 40 });
      const known = new Set(page.items.map((one) => one.id));
      // What was read further down stays there.
      const older = this.next === null ? [] : this.list.slice(40);
      this.list = [...page.items, ...older.filter((one) => !known.has(one.id))];
      if (older.length === 0) this.next = page.next;
      this.state = 'ready';
    } catch (error) {
      this.error = error as ApiError;
      if (this.list.length === 0) this.state = 'failed';
    }
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const page = await getPage<Conversation[]>(this.next);
    const known = new Set(this.list.map((one) => one.id));
    this.list = [...this.list, ...page.items.filter((one) => !known.has(one.id))];
    this.next = page.next;
  }

  put(talk: Conversation): void {
    this.list = [talk, ...this.list.filter((one) => one.id !== talk.id)];
  }

  seen(id: string): void {
    this.list = this.list.map((one) => (one.id === id ? { ...one, unread: false } : one));
  }

  async hide(id: string): Promise<void> {
    this.list = this.list.filter((one) => one.id !== id);
  }
}

export const talks = new Talks();

export class Thread {
  readonly id: string;
  talk: Conversation | null = $state.raw(null);
  /** Ids of messages, oldest first. */
  messages: string[] = $state.raw([]);
  older: string | null = $state.raw(null);
  error: ApiError | null = $state.raw(null);
  ready = $state(false);
  /** The newest message that the server knows to be read. */
  #read = '';
  constructor(id: string) {
    this.id = id;
    this.talk = talks.list.find((one) => one.id === id) ?? null;
  }

  async load(): Promise<void> {
    try {
      const [talk, page] = await Promise.all([
        get<Conversation>(`${OURS}/${this.id}`),
        getPage<Status[]>(`${OURS}/${this.id}/messages`, { limit: 40 }),
      ]);
      this.talk = talk;
      this.messages = keepAll(page.items).reverse();
      this.older = page.next;
      this.ready = true;
      if (!talk.unread) this.#read = this.messages.at(-1) ?? '';
      await this.read();
    } catch (error) {
      this.error = error as ApiError;
    }
  }

  async loadOlder(): Promise<void> {
    if (!this.older) return;
    const page = await getPage<Status[]>(this.older);
    const fresh = keepAll(page.items).reverse();
    this.messages = [...fresh, ...this.messages.filter((id) => !fresh.includes(id))];
    this.older = page.next;
  }

  /** What came since, after a hint of the stream: back to a message that is known. */
  async catchUp(): Promise<void> {
    if (!this.ready) return this.load();
    // Its people, its name, and whether something is unread may have changed too.
    this.talk = await get<Conversation>(`${OURS}/${this.id}`);
    const known = new Set(this.messages);
    let fresh: string[] = [];
    let next: string | null = toPath(`${OURS}/${this.id}/messages`, { limit: 20 });
    for (let pages = 0; next && pages < MOST_PAGES; pages += 1) {
      const page: PageOf<Status[]> = await getPage<Status[]>(next);
      const ids = keepAll(page.items).reverse();
      fresh = [...ids, ...fresh];
      next = ids.some((id) => known.has(id)) ? null : page.next;
    }
    // Ids sort by time; what was said meanwhile may be younger than what this answer knows.
    this.messages = [...new Set([...this.messages, ...fresh])].sort();
    await this.read();
  }

  add(status: Status): void {
    const id = keep(status);
    // Who writes has read what is above it.
    if (this.#read === this.messages.at(-1)) this.#read = id;
    if (!this.messages.includes(id)) this.messages = [...this.messages, id].sort();
  }

  /** All that is here has been read, where somebody looks at it; told once for each new message. */
  async read(): Promise<void> {
    if (document.visibilityState !== 'visible' || !this.ready) return;
    const newest = this.messages.at(-1) ?? '';
    // What the server called read may have been followed by a message since.
    if (this.talk?.unread === false && newest <= this.#read) return;
    const before = this.#read;
    this.#read = newest;
    const told = await post(`/api/v1/conversations/${this.id}/read`).catch(() => null);
    if (told === null) {
      this.#read = before;
      return;
    }
    if (this.talk) this.talk = { ...this.talk, unread: false };
    talks.seen(this.id);
    void loadCounts();
  }
}

export function openTalk(accounts: Account[]): Promise<Conversation> {
  return post<Conversation>(OURS, { accounts: accounts.map((one) => one.id) });
}

export function makeTalk(accounts: Account[], name: string): Promise<Conversation> {
  return post<Conversation>(OURS, { accounts: accounts.map((one) => one.id), name: name.trim() });
}

export function isGroupChat(talk: Conversation): boolean {
  return talk.mitoyen?.group_chat === true;
}

export function talkName(talk: Conversation, alone: string): string {
  if (talk.mitoyen?.name) return talk.mitoyen.name;
  const names = talk.accounts.map((one) => one.display_name || one.username);
  if (names.length <= 1) return names[0] ?? alone;
  return names.map((name) => name.split(' ')[0]).join(', ');
}
