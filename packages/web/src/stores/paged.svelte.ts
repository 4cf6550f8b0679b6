/**
 * A list that is read page by page. Kept by name, so that coming back finds it as it was left, and
 * what is new is put on top of it.
 */
import { untrack } from 'svelte';
import { type ApiError, getPage, type PageOf, type Query } from '../api/http.ts';

type Row = string | { id: string };

export class Paged<T extends Row> {
  items: T[] = $state.raw([]);
  /** Came meanwhile: shown on demand, so that nothing jumps under the reader. */
  fresh: T[] = $state.raw([]);
  state: 'idle' | 'loading' | 'ready' | 'failed' = $state('idle');
  error: ApiError | null = $state.raw(null);
  next: string | null = $state.raw(null);
  readonly #path: string;
  readonly #query: Query;
  readonly #take: (rows: unknown) => T[];
  /** To be caught up with as soon as what is being loaded is there. */
  #again: (() => boolean) | null = null;
  /** Where more came than one page holds: what follows `fresh`, for between it and `items` is a gap. */
  #gap: { next: string | null } | null = null;

  constructor(path: string, query: Query, take: (rows: unknown) => T[]) {
    this.#path = path;
    this.#query = query;
    this.#take = take;
  }

  /** The first page; what is shown already stays until the new rows are there. */
  async load(): Promise<void> {
    this.state = 'loading';
    // Whoever loads in an effect does not depend on what is loaded: it would load for ever.
    const before = untrack(() => keysOf([...this.items, ...this.fresh]));
    await this.#settle(async () => {
      const page = await this.#read();
      // What came while this was asked for is perhaps not on it.
      const known = new Set([...before, ...keysOf(page.items)]);
      const since = (rows: T[]) => rows.filter((one) => !known.has(keyOf(one)));
      this.fresh = since(this.fresh);
      this.items = [...since(this.items), ...page.items];
      this.next = page.next;
    });
  }

  async more(): Promise<void> {
    if (!this.next || this.state === 'loading') return;
    const { next } = this;
    this.state = 'loading';
    await this.#settle(async () => {
      const page = await this.#read(next);
      const known = keysOf(this.items);
      this.items = [...this.items, ...page.items.filter((one) => !known.has(keyOf(one)))];
      this.next = page.next;
    });
  }

  /** For a screen that opens: what was read stays, and what is new comes on top of it. */
  visit(): void {
    // Screens call this where they are derived: what it reads is nothing that they depend on.
    untrack(() => {
      if (this.state === 'loading') return;
      if (this.items.length === 0) void this.load();
      else void this.catchUp(() => scrollY < NEAR_TOP_PX);
    });
  }

  /**
   * Asks for the first page again: what is on it is taken as it is now, what is gone from it goes,
   * and what is new waits in `fresh`, or is shown where `atOnce` says so.
   */
  async catchUp(atOnce: () => boolean = () => false): Promise<void> {
    if (this.state === 'loading') {
      // What is told now may be younger than the answer that is under way.
      this.#again = atOnce;
      return;
    }
    if (this.state !== 'ready') return this.load();
    const before = this.items;
    const waited = keysOf(this.fresh);
    const page = await this.#read().catch(() => null);
    // No connection: what is shown stays, and the next one asks again.
    if (!page) return;
    const rows = new Map(page.items.map((one) => [keyOf(one), one]));
    const known = keysOf(before);
    /** Told while this was asked for, and so perhaps not on it. */
    const since = this.fresh.filter((one) => !waited.has(keyOf(one)) && !rows.has(keyOf(one)));
    if (before.length > 0 && !page.items.some((one) => known.has(keyOf(one)))) {
      this.fresh = [...since, ...page.items];
      this.#gap = { next: page.next };
    } else {
      const last = before.findLastIndex((one) => rows.has(keyOf(one)));
      const gone = keysOf(before.slice(0, last).filter((one) => !rows.has(keyOf(one))));
      this.items = this.items
        .filter((one) => !gone.has(keyOf(one)))
        .map((one) => rows.get(keyOf(one)) ?? one);
      const shown = keysOf(this.items);
      this.fresh = [...since, ...page.items.filter((one) => !shown.has(keyOf(one)))];
      this.#gap = null;
    }
    if (before.length === 0 || atOnce()) this.showFresh();
  }

  showFresh(): void {
    if (this.#gap) {
      this.items = this.fresh;
      this.next = this.#gap.next;
      this.#gap = null;
    } else this.items = [...this.fresh, ...this.items];
    this.fresh = [];
  }

  /** Something new that the reader did not ask for. */
  announce(row: T): void {
    const known = (one: T) => keyOf(one) === keyOf(row);
    if (this.items.some(known) || this.fresh.some(known)) return;
    this.fresh = [row, ...this.fresh];
  }

  prepend(rows: T[]): void {
    const known = keysOf(rows);
    this.items = [...rows, ...this.items.filter((one) => !known.has(keyOf(one)))];
    this.fresh = this.fresh.filter((one) => !known.has(keyOf(one)));
  }

  drop(keep: (one: T) => boolean): void {
    this.items = this.items.filter(keep);
  }

  async #read(next?: string): Promise<PageOf<T[]>> {
    const page = next ? await getPage(next) : await getPage(this.#path, this.#query);
    return { items: this.#take(page.items), next: page.next };
  }

  async #settle(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      this.state = 'ready';
    } catch (error) {
      this.error = error as ApiError;
      this.state = 'failed';
    }
    const again = this.#again;
    this.#again = null;
    if (again && this.state === 'ready') void this.catchUp(again);
  }
}

const NEAR_TOP_PX = 200;
const keyOf = (row: Row): string => (typeof row === 'string' ? row : row.id);
const keysOf = (rows: Row[]): Set<string> => new Set(rows.map(keyOf));

const lists = new Map<string, Paged<Row>>();
const MOST_KEPT = 12;

/** The list of this name, loaded the first time. */
export function paged<T extends Row>(
  path: string,
  query: Query = {},
  take: (rows: unknown) => T[] = (rows) => rows as T[],
): Paged<T> {
  const name = `${path} ${JSON.stringify(query)}`;
  const known = lists.get(name) as Paged<T> | undefined;
  if (known) {
    lists.delete(name);
    lists.set(name, known as unknown as Paged<Row>);
    if (known.state === 'failed') later(known);
    return known;
  }
  const made = new Paged<T>(path, query, take);
  lists.set(name, made as unknown as Paged<Row>);
  const oldest = lists.keys().next().value;
  if (lists.size > MOST_KEPT && oldest !== undefined) lists.delete(oldest);
  later(made);
  return made;
}

/** Lists are asked for while something is derived, which may not change what others show. */
function later<T extends Row>(list: Paged<T>): void {
  queueMicrotask(() => {
    if (list.state === 'idle' || list.state === 'failed') void list.load();
  });
}
