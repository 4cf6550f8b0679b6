/** The house's own emojis, asked for when somebody first picks one. */
import { get } from '../api/http.ts';
import type { CustomEmoji } from '../api/types.ts';

let asked: Promise<CustomEmoji[]> | null = null;

export function customEmojis(): Promise<CustomEmoji[]> {
  asked ??= get<CustomEmoji[]>('/api/v1/custom_emojis').then(
    (all) => all.filter((one) => one.visible_in_picker),
    () => {
      asked = null;
      return [];
    },
  );
  return asked;
}
