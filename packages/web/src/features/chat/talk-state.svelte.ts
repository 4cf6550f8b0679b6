/** Who is writing in a conversation, and how far each of the others has read. */
import { getIfOffered, post } from '../../api/http.ts';

type Answer = {
  typing: string[];
  read: { account_id: string; last_read_id: string }[];
  /** My newest message that is on the servers of all whom it is for. */
  delivered_up_to?: string | null;
};
const TYPING_MS = 6000;
const TELL_EVERY_MS = 3000;

export class TalkState {
  typing: string[] = $state.raw([]);
  /** The newest message that each of them has read, by account. */
  readers: ReadonlyMap<string, string> = $state.raw(new Map());
  delivered = $state('');
  readonly #path: string;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #told = 0;
  constructor(id: string) {
    this.#path = `/api/mitoyen/v1/conversations/${id}`;
  }

  async load(): Promise<void> {
    const found = await getIfOffered<Answer>(`${this.#path}/state`).catch(() => null);
    for (const one of found?.read ?? []) this.read(one.account_id, one.last_read_id);
    if (found?.delivered_up_to) this.delivered = found.delivered_up_to;
  }

  read(account: string, id: string): void {
    if (id > (this.readers.get(account) ?? ''))
      this.readers = new Map(this.readers).set(account, id);
  }

  /** Of these people, how many have read as far as this message. */
  seenBy(id: string, people: string[]): number {
    return people.filter((one) => (this.readers.get(one) ?? '') >= id).length;
  }

  writes(account: string): void {
    clearTimeout(this.#timers.get(account));
    this.#timers.set(
      account,
      setTimeout(() => this.stopped(account), TYPING_MS),
    );
    if (!this.typing.includes(account)) this.typing = [...this.typing, account];
  }

  stopped(account: string): void {
    clearTimeout(this.#timers.get(account));
    this.typing = this.typing.filter((one) => one !== account);
  }

  /** I am writing: told every few seconds at most. */
  tell(): void {
    if (Date.now() - this.#told < TELL_EVERY_MS) return;
    this.#told = Date.now();
    void post(`${this.#path}/typing`).catch(() => {});
  }
}
