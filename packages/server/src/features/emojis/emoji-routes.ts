/** The client API of custom emojis, how admins manage them, and the document of each for other servers. */
import { readFile } from 'node:fs/promises';
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { invalid } from '../../platform/app-error.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import type { CustomEmoji } from './custom-emoji.ts';
import type { EmojiStore } from './emoji-store.ts';
import type { EmojiView, WireEmoji } from './emojis.ts';
import type { ManageEmojis } from './manage-emojis.ts';

const ADMIN = '/api/mitoyen/v1/admin/custom_emojis';
const params = z.object({ id: z.string().refine(isId, 'is not an id') });
const category = z.string().trim().max(100).optional();
const MOST_BYTES = 512 * 1024;

export function addEmojiRoutes(
  endpoints: Endpoints,
  deps: {
    kit: Kit;
    apis: Apis;
    store: EmojiStore;
    manage: ManageEmojis;
    present: (emojis: CustomEmoji[]) => Promise<EmojiView[]>;
    wire: (emojis: CustomEmoji[]) => Promise<WireEmoji[]>;
  },
): void {
  const { store, manage, present, wire } = deps;

  endpoints.define(
    { method: 'get', path: '/api/v1/custom_emojis', summary: 'Custom emojis', auth: 'optional' },
    async ({ account }) => {
      if (!account && deps.apis.policy.mode() !== 'open') return [];
      return present((await store.all()).filter((emoji) => emoji.visible));
    },
  );

  const forAdmin = async (emoji: CustomEmoji) => ({
    id: emoji._id,
    ...(await present([emoji]))[0],
  });

  endpoints.define(
    {
      method: 'get',
      path: ADMIN,
      summary: 'All emojis (admin)',
      auth: 'member',
      scope: 'admin:read',
    },
    async () => Promise.all((await store.all()).map(forAdmin)),
  );
  endpoints.define(
    {
      method: 'post',
      path: ADMIN,
      summary: 'Bring in an emoji: shortcode, and its picture as `image` (admin)',
      auth: 'member',
      scope: 'admin:write',
      body: z.object({
        shortcode: z.string().default(''),
        category,
        visible_in_picker: flag.default(true),
      }),
      maxFileBytes: () => MOST_BYTES,
      files: ['image'],
    },
    async ({ account, body, files }) => {
      const file = files.image;
      if (!file) throw invalid({ field: 'image', code: 'ERR_BLANK', message: "can't be blank" });
      const image = await readFile(file.path);
      const { shortcode, visible_in_picker: visible } = body;
      return forAdmin(
        await manage.add(account, { shortcode, category: body.category, visible, image }),
      );
    },
  );
  endpoints.define(
    {
      method: 'patch',
      path: `${ADMIN}/:id`,
      summary: 'Another category, offered or not (admin)',
      auth: 'member',
      scope: 'admin:write',
      params,
      body: z.object({ category, visible_in_picker: flag.optional() }),
    },
    async ({ account, params: { id }, body }) =>
      forAdmin(
        await manage.change(account, id, {
          category: body.category,
          visible: body.visible_in_picker,
        }),
      ),
  );
  endpoints.define(
    {
      method: 'delete',
      path: `${ADMIN}/:id`,
      summary: 'Remove an emoji (admin)',
      auth: 'member',
      scope: 'admin:write',
      params,
    },
    async ({ account, params: { id } }) => {
      await manage.remove(account, id);
      return {};
    },
  );

  endpoints.document('/emojis/:id', async ({ params: { id } }) => {
    const emoji = await store.get(id ?? '');
    const [sent] = emoji ? await wire([emoji]) : [];
    if (!sent) return null;
    const { name, url, updated } = sent;
    return {
      kind: 'ok',
      json: {
        '@context': [
          'https://www.w3.org/ns/activitystreams',
          { toot: 'http://joinmastodon.org/ns#', Emoji: 'toot:Emoji' },
        ],
        id: sent.id,
        type: 'Emoji',
        name: `:${name}:`,
        updated,
        icon: { type: 'Image', mediaType: 'image/webp', url },
      },
    };
  });
}
