/**
 * What was written and is not at the server yet, in the order in which it was written. What answers
 * the same post or conversation goes one after the other; nothing else waits for it.
 */
import type { Waiting } from './database.ts';
import { verdictOf } from './outbox-verdict.ts';

export type Entry = Waiting & { state: 'sending' | 'waiting' | 'refused' };

export type OutboxDeps = {
  send: (item: Waiting) => Promise<void>;
  /** What this device keeps; it may refuse to keep anything (a private window). */
  store: {
    all: () => Promise<Waiting[]>;
    put: (item: Waiting) => Promise<unknown>;
    drop: (key: string) => Promise<unknown>;
  };
  now: () => number;
  /** In the reader's language. */
  reason: (error: unknown) => string;
  changed: (entries: Entry[]) => void;
  told: (what: 'waits' | 'sent' | 'refused', item: Waiting) => void;
};

export class OutboxQueue {
  #entries: Entry[] = [];
  readonly #deps: OutboxDeps;
  readonly #busy = new Set<string>();
  /** Those that the store has taken: gone from there means sent by another page. */
  readonly #kept = new Set<string>();

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  /** Kept before it is sent: a page that is closed meanwhile sends it the next time. */
  async add(item: Waiting): Promise<void> {
    this.#set([...this.#entries, { ...item, state: 'sending' }]);
    await this.#keep(item);
    await this.#run(laneOf(item));
  }

  /** Takes in what is kept, and tries all whose time has come. */
  async flush(): Promise<void> {
    await this.#read();
    const due = (one: Entry) => one.state === 'waiting' && (one.after ?? 0) <= this.#deps.now();
    this.#set(this.#entries.map((one) => (due(one) ? { ...one, state: 'sending' } : one)));
    await this.#runAll();
  }

  /** Somebody asks for it: also what was refused, and before its time. */
  async retry(key: string): Promise<void> {
    this.#change(key, { state: 'sending', refused: undefined, after: undefined, tries: 0 });
    const entry = this.#find(key);
    if (entry) await this.#run(laneOf(entry));
  }

  /** Gives it back to its author: it is not sent any more. */
  async take(key: string): Promise<Entry | null> {
    const entry = this.#find(key);
    if (!entry || (entry.state === 'sending' && this.#busy.has(laneOf(entry)))) return null;
    await this.#drop(key);
    return entry;
  }

  async #runAll(): Promise<void> {
    const lanes = new Set(this.#entries.map(laneOf));
    await Promise.all([...lanes].map((lane) => this.#run(lane)));
  }

  async #run(lane: string): Promise<void> {
    if (this.#busy.has(lane)) return;
    this.#busy.add(lane);
    try {
      const first = () =>
        this.#entries.find((one) => laneOf(one) === lane && one.state === 'sending');
      for (let item = first(); item; item = first()) await this.#try(item);
    } finally {
      this.#busy.delete(lane);
    }
  }

  async #try(item: Entry): Promise<void> {
    try {
      await this.#deps.send(item);
      await this.#drop(item.key);
      if ((item.tries ?? 0) > 0) this.#deps.told('sent', item);
    } catch (error) {
      const tries = item.tries ?? 0;
      const verdict = verdictOf(error, tries);
      if (verdict.kind === 'refused') {
        this.#change(item.key, { state: 'refused', refused: this.#deps.reason(error) });
        this.#deps.told('refused', item);
      } else {
        const after = this.#deps.now() + verdict.waitMs;
        this.#change(item.key, { state: 'waiting', tries: tries + 1, after });
        if (!verdict.alone) this.#hold(laneOf(item), after);
        if (tries === 0) this.#deps.told('waits', item);
      }
      const entry = this.#find(item.key);
      if (entry) await this.#keep(entry);
    }
  }

  /** What was written after it waits with it. */
  #hold(lane: string, after: number): void {
    const held = (one: Entry) => laneOf(one) === lane && one.state === 'sending';
    this.#set(this.#entries.map((one) => (held(one) ? { ...one, state: 'waiting', after } : one)));
  }

  async #read(): Promise<void> {
    const stored = await this.#deps.store.all().catch(() => null);
    if (!stored) return;
    const keys = new Set(stored.map((one) => one.key));
    const known = new Set(this.#entries.map((one) => one.key));
    const here = this.#entries.filter((one) => keys.has(one.key) || !this.#kept.has(one.key));
    const come = stored
      .filter((one) => !known.has(one.key))
      .map((one): Entry => ({ ...one, state: one.refused ? 'refused' : 'waiting' }));
    for (const key of keys) this.#kept.add(key);
    this.#set([...here, ...come].sort((a, b) => a.at - b.at));
  }

  async #keep({ state: _, ...item }: Waiting & { state?: string }): Promise<void> {
    await this.#deps.store.put(item).then(
      () => this.#kept.add(item.key),
      () => {},
    );
  }

  async #drop(key: string): Promise<void> {
    this.#set(this.#entries.filter((one) => one.key !== key));
    await this.#deps.store.drop(key).catch(() => {});
  }

  #find(key: string): Entry | undefined {
    return this.#entries.find((one) => one.key === key);
  }

  #change(key: string, to: Partial<Entry>): void {
    this.#set(this.#entries.map((one) => (one.key === key ? { ...one, ...to } : one)));
  }

  #set(entries: Entry[]): void {
    this.#entries = entries;
    this.#deps.changed(entries);
  }
}

/** What must not overtake each other: messages of a talk, comments on a post, posts. */
function laneOf({ talk, body }: Waiting): string {
  return talk ?? String(body.in_reply_to_id ?? '');
}
