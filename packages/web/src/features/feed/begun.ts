/** A name, hashtag or emoji that is being written. */
export type Mark = '@' | '#' | ':';

const BEGUN = /(?:^|[\s(])([@#:])([\p{L}\p{N}_.@+-]{1,60})$/u;

/** At the end of this text, which is what stands before the caret. */
export function begunIn(text: string): { mark: Mark; words: string } | null {
  const [, mark, words] = BEGUN.exec(text) ?? [];
  return mark && words ? { mark: mark as Mark, words } : null;
}
