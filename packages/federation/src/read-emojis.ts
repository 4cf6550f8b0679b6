/** Custom emojis (`toot:Emoji`) among the tags of a post or an actor; names as sent. */
import { isObject } from './json.ts';
import { LIMITS } from './limits.ts';
import { asList, firstType, linkUrl, text } from './values.ts';

export function readEmojis(tags: unknown): { name: string; url: string }[] {
  return asList(tags)
    .slice(0, LIMITS.mentions + LIMITS.hashtags + LIMITS.emojis)
    .flatMap((tag) => {
      if (!isObject(tag) || firstType(tag.type) !== 'Emoji') return [];
      const url = isObject(tag.icon) ? linkUrl(tag.icon.url) : undefined;
      const name = (text(tag.name, LIMITS.nameCharacters) ?? '').slice(0, 100);
      return url ? [{ name, url }] : [];
    })
    .slice(0, LIMITS.emojis);
}
