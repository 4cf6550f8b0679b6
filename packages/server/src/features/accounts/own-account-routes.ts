/** The client API of the own account: who am I, and the profile that others see. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { type FieldProblem, notFound } from '../../platform/app-error.ts';
import type { UploadedFile } from '../../platform/http/body.ts';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import { DEFAULT_VISIBILITIES, QUOTE_POLICIES } from '../preferences/preferences.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { AccountViews } from './account-view.ts';
import type { AccountView } from './accounts.ts';
import { profileProblems } from './edit-profile.ts';
import { profileView } from './profile-view.ts';

const fieldsAttributes = z
  .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .transform((value) => Object.values(value))
  .pipe(z.array(z.object({ name: z.string().default(''), value: z.string().default('') })));

const profileBody = z.object({
  display_name: z.string().optional(),
  note: z.string().optional(),
  locked: flag.optional(),
  bot: flag.optional(),
  discoverable: flag.optional(),
  hide_collections: flag.optional(),
  indexable: flag.optional(),
  avatar_description: z.string().trim().optional(),
  header_description: z.string().trim().optional(),
  fields_attributes: fieldsAttributes.optional(),
  source: z
    .object({
      language: z.string().max(10).optional(),
      privacy: z.enum(DEFAULT_VISIBILITIES).optional(),
      sensitive: flag.optional(),
      quote_policy: z.enum(QUOTE_POLICIES).optional(),
    })
    .loose()
    .optional(),
});

const profileTexts = profileBody.pick({
  display_name: true,
  note: true,
  avatar_description: true,
  header_description: true,
  fields_attributes: true,
});

function textProblems(body: Record<string, unknown>): FieldProblem[] {
  const sent = profileTexts.safeParse(body);
  if (!sent.success) return [];
  const { display_name, note, avatar_description, header_description, fields_attributes } =
    sent.data;
  return profileProblems({
    displayName: display_name,
    bioSource: note,
    avatarText: avatar_description,
    headerText: header_description,
    fields: fields_attributes,
  });
}

export function addOwnAccountRoutes(
  endpoints: Endpoints,
  deps: { kit: Kit; apis: Apis; store: AccountStore; views: AccountViews },
): void {
  const { kit, apis, store, views } = deps;

  const own = async (account: Account) =>
    views.presentOwn(account, {
      followRequests: await apis.relations.countRequests(account._id),
      preferences: await apis.preferences.of(account._id),
      email: null,
    });

  async function change(
    account: Account,
    body: z.output<typeof profileBody>,
    files: Record<string, UploadedFile>,
  ): Promise<Account> {
    const pictures: { avatar?: string; header?: string } = {};
    for (const purpose of ['avatar', 'header'] as const) {
      const file = files[purpose];
      if (file)
        pictures[purpose] = (
          await apis.media.importImage(await readFile(file.path), account._id, purpose)
        )._id;
    }
    const updated = await apis.accounts.editProfile(account._id, {
      ...pictures,
      displayName: body.display_name,
      bioSource: body.note,
      fields: body.fields_attributes,
      locked: body.locked,
      bot: body.bot,
      discoverable: body.discoverable,
      hideCollections: body.hide_collections,
      indexable: body.indexable,
      avatarText: body.avatar_description,
      headerText: body.header_description,
      language: body.source?.language,
    });
    await apis.preferences.set(account._id, {
      visibility: body.source?.privacy,
      sensitive: body.source?.sensitive,
      quotePolicy: body.source?.quote_policy,
    });
    return updated;
  }

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/accounts/verify_credentials',
      summary: 'The account of this token',
      auth: 'member',
      scope: 'read:accounts',
    },
    async ({ account }) => own(account),
  );

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/profile',
      summary: 'The own profile as it is edited',
      auth: 'member',
      scope: 'read:accounts',
    },
    async ({ account }) => profileView(await own(account)),
  );

  const itself = (account: AccountView) => account;
  for (const [path, view] of [
    ['/api/v1/accounts/update_credentials', itself],
    ['/api/v1/profile', profileView],
  ] as const) {
    endpoints.define(
      {
        method: 'patch',
        path,
        summary: 'Change the own profile; avatar and header as files',
        auth: 'member',
        scope: 'write:accounts',
        body: profileBody,
        rules: textProblems,
        maxFileBytes: () => kit.config.media.max_image_bytes,
        files: ['avatar', 'header'],
      },
      async ({ account, body, files }) => view(await own(await change(account, body, files))),
    );
  }

  for (const purpose of ['avatar', 'header'] as const) {
    endpoints.define(
      {
        method: 'delete',
        path: `/api/v1/profile/${purpose}`,
        summary: `Remove the own ${purpose}`,
        auth: 'member',
        scope: 'write:accounts',
      },
      async ({ account }) => {
        const event = kit.pending.entry('account.updated');
        const now = kit.clock.now();
        const changed = await store.removePicture(account._id, purpose, now, event);
        if (!changed) throw notFound();
        await kit.pending.kick('accounts', account._id);
        const removed = account[purpose];
        if (removed) await apis.media.removeOf({ ids: [removed] });
        return own(changed);
      },
    );
  }
}
