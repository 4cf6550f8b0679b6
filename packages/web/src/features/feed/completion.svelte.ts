/**
 * What may follow what is being written: people after "@", hashtags after "#", emojis after ":".
 * The text field is a combobox while something is offered; the focus never leaves it.
 */
import type { Attachment as Attach } from 'svelte/attachments';
import { begunIn, type Mark } from './begun.ts';
import { type Found, find } from './find-completions.ts';

const WAIT_MS = 120;

export class Completion {
  found: Found[] = $state.raw([]);
  at = $state(0);
  readonly id: string;
  #area: HTMLTextAreaElement | null = null;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  constructor(id: string) {
    this.id = id;
  }

  /** For the text field that is completed. */
  readonly attach: Attach<HTMLTextAreaElement> = (area) => {
    this.#area = area;
    area.setAttribute('aria-autocomplete', 'list');
    const look = () => this.#look();
    const keys = (event: KeyboardEvent) => this.#press(event);
    // Not at once: a field that is taken away loses the focus, and nothing may change meanwhile.
    const close = () => queueMicrotask(() => this.close());
    area.addEventListener('input', look);
    area.addEventListener('click', look);
    area.addEventListener('blur', close);
    // Before the field's own keys: Enter takes what is offered and does not send.
    area.addEventListener('keydown', keys, { capture: true });
    return () => {
      close();
      area.removeEventListener('input', look);
      area.removeEventListener('click', look);
      area.removeEventListener('blur', close);
      area.removeEventListener('keydown', keys, { capture: true });
    };
  };

  close(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#show([]);
  }

  take(one: Found): void {
    const area = this.#area;
    const begun = this.#begun();
    if (!area || !begun) return;
    const caret = area.selectionStart;
    const start = caret - begun.words.length - 1;
    area.setRangeText(`${one.text} `, start, caret, 'end');
    this.close();
    area.focus();
    area.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }

  #begun(): { mark: Mark; words: string } | null {
    const area = this.#area;
    if (!area || area.selectionStart !== area.selectionEnd) return null;
    return begunIn(area.value.slice(0, area.selectionStart));
  }

  #look(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    const begun = this.#begun();
    if (!begun) {
      this.#show([]);
      return;
    }
    const abort = new AbortController();
    this.#abort = abort;
    this.#timer = setTimeout(() => {
      find(begun.mark, begun.words, abort.signal).then(
        (found) => {
          if (!abort.signal.aborted) this.#show(found);
        },
        () => {},
      );
    }, WAIT_MS);
  }

  #show(found: Found[]): void {
    // With each letter, mostly: nothing was offered, and nothing is.
    if (found.length === 0 && this.found.length === 0) return;
    this.found = found;
    this.#mark(0);
  }

  #mark(at: number): void {
    this.at = at;
    const area = this.#area;
    if (!area) return;
    if (this.found.length === 0) {
      for (const name of ['role', 'aria-expanded', 'aria-controls', 'aria-activedescendant'])
        area.removeAttribute(name);
      return;
    }
    area.setAttribute('role', 'combobox');
    area.setAttribute('aria-expanded', 'true');
    area.setAttribute('aria-controls', this.id);
    area.setAttribute('aria-activedescendant', `${this.id}-${at}`);
  }

  #press(event: KeyboardEvent): void {
    const count = this.found.length;
    if (count === 0 || event.isComposing) return;
    const chosen = this.found[this.at];
    if (event.key === 'ArrowDown') this.#mark((this.at + 1) % count);
    else if (event.key === 'ArrowUp') this.#mark((this.at + count - 1) % count);
    else if (event.key === 'Escape') this.close();
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) this.take(chosen);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
