/** A list that is read page by page. Kept by name, so that coming back finds it as it was left. */
import { type ApiError, getPage, type Query } from '../api/http.ts';

export class Paged<T> {
  items: T[] = $state.raw([]);
  state: 'idle' | 'loading' | 'ready' | 'failed' = $state('idle');
  error: ApiError | null = $state.raw(null);
  next: string | null = $state.raw(null);
  readonly #path: string;
  readonly #query: Query;
  readonly #take: (rows: unknown) => T[];

  constructor(path: string, query: Query, take: (rows: unknown) => T[]) {
    this.#path = path;
    this.#query = query;
    this.#take = take;
  }

  /** The first page; what is shown already stays until the new rows are there. */
  async load(): Promise<void> {
    this.state = 'loading';
    try {
      const page = await getPage(this.#path, this.#query);
      this.items = this.#take(page.items);
      this.next = page.next;
      this.state = 'ready';
    } catch (error) {
      this.error = error as ApiError;
      this.state = 'failed';
    }
  }

  async more(): Promise<void> {
    if (!this.next || this.state === 'loading') return;
    this.state = 'loading';
    try {
      const page = await getPage(this.next);
      const known = new Set(this.items);
      this.items = [...this.items, ...this.#take(page.items).filter((one) => !known.has(one))];
      this.next = page.next;
      this.state = 'ready';
    } catch (error) {
      this.error = error as ApiError;
      this.state = 'failed';
    }
  }

  prepend(rows: T[]): void {
    const known = new Set(rows);
    this.items = [...rows, ...this.items.filter((one) => !known.has(one))];
  }

  drop(keep: (one: T) => boolean): void {
    this.items = this.items.filter(keep);
  }
}

const lists = new Map<string, Paged<unknown>>();
const MOST_KEPT = 12;

/** The list of this name, loaded the first time. */
export function paged<T>(
  path: string,
  query: Query = {},
  take: (rows: unknown) => T[] = (rows) => rows as T[],
): Paged<T> {
  const name = `${path} ${JSON.stringify(query)}`;
  const known = lists.get(name) as Paged<T> | undefined;
  if (known) {
    lists.delete(name);
    lists.set(name, known as Paged<unknown>);
    if (known.state === 'failed') later(known);
    return known;
  }
  const made = new Paged<T>(path, query, take);
  lists.set(name, made as Paged<unknown>);
  const oldest = lists.keys().next().value;
  if (lists.size > MOST_KEPT && oldest !== undefined) lists.delete(oldest);
  later(made as Paged<unknown>);
  return made;
}

/** Lists are asked for while something is derived, which may not change what others show. */
function later(list: Paged<unknown>): void {
  queueMicrotask(() => {
    if (list.state === 'idle' || list.state === 'failed') void list.load();
  });
}
