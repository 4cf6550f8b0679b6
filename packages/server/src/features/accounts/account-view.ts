/** Mastodon `Account` entities, many at once. */
import { htmlToText } from '@mitoyen/federation';
import type { Apis } from '../../apis.ts';
import { shortcodesIn } from '../emojis/custom-emoji.ts';
import type { EmojiView } from '../emojis/emojis.ts';
import type { Media } from '../media/media.ts';
import { mastodonVisibility, type PreferenceSet } from '../preferences/preferences.ts';
import type { Account } from './account.ts';
import type { AccountView } from './accounts.ts';

type OwnExtra = { followRequests: number; preferences: PreferenceSet; email: string | null };

export type AccountViews = {
  present: (accounts: Account[]) => Promise<Map<string, AccountView>>;
  /** With what only the person may see: source, role, counts of requests. */
  presentOwn: (account: Account, extra: OwnExtra) => Promise<AccountView>;
};

const PERMISSIONS: Record<string, string> = {
  admin: '1',
  moderator: '4096',
  member: '0',
  guest: '0',
};

export function createAccountViews(deps: { apis: Apis; baseUrl: string }): AccountViews {
  const { apis, baseUrl } = deps;

  async function present(accounts: Account[]): Promise<Map<string, AccountView>> {
    const ids = accounts.flatMap((account) =>
      [account.avatar, account.header, ...(account.emojis ?? []).map((one) => one.media)].filter(
        (id) => id !== undefined,
      ),
    );
    const media = new Map(
      (await apis.media.getMany([...new Set(ids)])).map((one) => [one._id, one]),
    );
    const moved = accounts.flatMap(({ movedTo, movedToAccount }) =>
      movedTo && movedToAccount ? [movedToAccount] : [],
    );
    const targets = new Map(
      (moved.length > 0 ? await apis.accounts.getMany(moved) : []).map((one) => [one._id, one]),
    );
    const local = accounts.filter((account) => account.domain === null);
    const emojis = await apis.emojis.named(shortcodesIn(...local.flatMap(wordsOf)));
    return new Map(
      accounts.map((account) => {
        const used = account.domain === null ? shortcodesIn(...wordsOf(account)) : [];
        const shown =
          account.domain === null
            ? used.flatMap((name) => emojis.get(name) ?? [])
            : remoteEmojis(account, media);
        const target = account.movedTo ? targets.get(account.movedToAccount ?? '') : undefined;
        return [
          account._id,
          {
            ...view(account, media),
            emojis: shown,
            ...(target && { moved: { ...view(target, media), emojis: [] } }),
          },
        ];
      }),
    );
  }

  function view(account: Account, media: Map<string, Media>): AccountView {
    const avatar = picture(media.get(account.avatar ?? ''), 'avatar');
    const header = picture(media.get(account.header ?? ''), 'header');
    const gone = account.state === 'gone' || account.state === 'suspended';
    return {
      id: account._id,
      username: account.username,
      acct: account.domain === null ? account.username : `${account.username}@${account.domain}`,
      uri: account.iri,
      url: account.url,
      display_name: gone ? '' : account.displayName,
      locked: account.locked,
      bot: account.bot,
      discoverable: account.discoverable,
      indexable: account.indexable ?? false,
      noindex: true,
      group: account.kind === 'group',
      created_at: new Date(account.createdAt).toISOString(),
      note: gone ? '' : account.bio,
      avatar,
      avatar_static: avatar,
      avatar_description: gone ? '' : (account.avatarText ?? ''),
      header,
      header_static: header,
      header_description: gone ? '' : (account.headerText ?? ''),
      followers_count: account.counts.followers,
      following_count: account.counts.following,
      statuses_count: account.counts.posts,
      last_status_at: account.lastPostAt
        ? new Date(account.lastPostAt).toISOString().slice(0, 10)
        : null,
      hide_collections: account.hideCollections ?? false,
      fields: gone
        ? []
        : account.fields.map(({ name, value, verifiedAt }) => ({
            name,
            value,
            verified_at: verifiedAt ? new Date(verifiedAt).toISOString() : null,
          })),
      roles: [],
      ...(gone && { suspended: true }),
      ...(account.restricted === 'silenced' && { limited: true }),
      mitoyen: {
        kind: account.kind,
        role: account.domain === null ? (account.role ?? null) : null,
        company:
          account.domain === null
            ? null
            : (apis.policy.partnerName(hostOf(account)) ?? account.domain),
      },
    };
  }

  function remoteEmojis(account: Account, media: Map<string, Media>): EmojiView[] {
    return (account.emojis ?? []).flatMap(({ shortcode, media: id }) => {
      const found = media.get(id);
      const url = found && apis.media.urlOf(found, 'original');
      return url
        ? [{ shortcode, url, static_url: url, visible_in_picker: false, category: null }]
        : [];
    });
  }

  function picture(media: Media | undefined, purpose: 'avatar' | 'header'): string {
    return (
      (media && apis.media.urlOf(media, 'original')) ?? `${baseUrl}/assets/missing-${purpose}.png`
    );
  }

  async function presentOwn(account: Account, extra: OwnExtra): Promise<AccountView> {
    const own = (await present([account])).get(account._id) as AccountView;
    const role = account.role ?? 'member';
    return {
      ...own,
      mitoyen: { ...(own.mitoyen as object), welcomed: extra.preferences.welcomed },
      source: {
        privacy: mastodonVisibility(extra.preferences.visibility),
        sensitive: extra.preferences.sensitive,
        language: account.language ?? null,
        note: account.bioSource ?? htmlToText(account.bio),
        fields: account.fields.map(({ name, value }) => ({
          name,
          value: htmlToText(value),
          verified_at: null,
        })),
        follow_requests_count: extra.followRequests,
        hide_collections: account.hideCollections ?? false,
        discoverable: account.discoverable,
        indexable: account.indexable ?? false,
        attribution_domains: [],
        quote_policy: extra.preferences.quotePolicy,
      },
      role: {
        id: role,
        name: role === 'member' || role === 'guest' ? '' : role,
        permissions: PERMISSIONS[role],
        color: '',
        highlighted: role !== 'member' && role !== 'guest',
      },
    };
  }

  return { present, presentOwn };
}

function hostOf(account: Account): string {
  return new URL(account.iri).host;
}

/** Where names of emojis may stand. */
export function wordsOf({ displayName, bio, fields }: Account): string[] {
  return [displayName, bio, ...fields.flatMap(({ name, value }) => [name, value])];
}
