/** Who is writing in a conversation, and how far the others have read. */
import { getIfOffered, post } from '../../api/http.ts';

type Answer = { typing: string[]; read: { account_id: string; last_read_id: string }[] };
const TYPING_MS = 6000;
const TELL_EVERY_MS = 3000;

export class TalkState {
  typing: string[] = $state.raw([]);
  /** The newest message that any other has read. */
  readUpTo = $state('');
  readonly #path: string;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #told = 0;
  constructor(id: string) {
    this.#path = `/api/mitoyen/v1/conversations/${id}`;
  }

  async load(): Promise<void> {
    const found = await getIfOffered<Answer>(`${this.#path}/state`).catch(() => null);
    for (const one of found?.read ?? []) this.read(one.last_read_id);
  }

  read(id: string): void {
    if (id > this.readUpTo) this.readUpTo = id;
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
