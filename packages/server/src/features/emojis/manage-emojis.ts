/** Admins bring emojis in, change and remove them. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { forbidden, invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { type CustomEmoji, MOST_EMOJIS, SHORTCODE } from './custom-emoji.ts';
import type { EmojiStore } from './emoji-store.ts';

export type ManageEmojis = ReturnType<typeof createManageEmojis>;

export function createManageEmojis(deps: { kit: Kit; apis: Apis; store: EmojiStore }) {
  const { kit, apis, store } = deps;

  function requireAdmin(account: Account): void {
    if (account.role !== 'admin') throw forbidden('Only admins may do this');
  }

  async function add(
    by: Account,
    wanted: { shortcode: string; category?: string; visible: boolean; image: Buffer },
  ): Promise<CustomEmoji> {
    requireAdmin(by);
    const { shortcode, category, visible, image } = wanted;
    if (!SHORTCODE.test(shortcode))
      throw invalid({
        field: 'shortcode',
        code: 'ERR_INVALID',
        message: 'must be 2 to 50 letters, digits or underscores',
      });
    if ((await store.count()) >= MOST_EMOJIS)
      throw invalid({
        field: 'shortcode',
        code: 'ERR_TOO_MANY',
        message: `would be more than ${MOST_EMOJIS}`,
      });
    const id = kit.nextId();
    const now = kit.clock.now();
    const media = await apis.media.importImage(image, id, 'emoji');
    const emoji: CustomEmoji = {
      _id: id,
      shortcode,
      ...(category && { category }),
      visible,
      media: media._id,
      createdAt: now,
      updatedAt: now,
    };
    if (await store.insert(emoji)) return emoji;
    await apis.media.removeOf({ ids: [media._id] });
    throw invalid({ field: 'shortcode', code: 'ERR_TAKEN', message: 'is taken' });
  }

  async function change(
    by: Account,
    id: string,
    set: { category?: string; visible?: boolean },
  ): Promise<CustomEmoji> {
    requireAdmin(by);
    const chosen = Object.entries(set).filter(([, value]) => value !== undefined);
    const changed = await store.change(id, {
      ...Object.fromEntries(chosen),
      updatedAt: kit.clock.now(),
    });
    if (!changed) throw notFound();
    return changed;
  }

  async function remove(by: Account, id: string): Promise<void> {
    requireAdmin(by);
    const removed = await store.remove(id);
    if (!removed) throw notFound();
    await apis.media.removeOf({ ids: [removed.media] });
  }

  return { add, change, remove };
}
