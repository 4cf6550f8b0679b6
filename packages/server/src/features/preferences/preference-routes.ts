/** The client API of preferences: Mastodon's to read, ours to change. */
import { z } from 'zod';
import { type Endpoints, flag } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import {
  DEFAULT_VISIBILITIES,
  EXPAND_MEDIA,
  mastodonVisibility,
  type PreferenceSet,
  type Preferences,
  QUOTE_POLICIES,
} from './preferences.ts';

const changeBody = z.object({
  'posting:default:visibility': z.enum(DEFAULT_VISIBILITIES).optional(),
  'posting:default:sensitive': flag.optional(),
  'posting:default:quote_policy': z.enum(QUOTE_POLICIES).optional(),
  'reading:expand:media': z.enum(EXPAND_MEDIA).optional(),
  'reading:expand:spoilers': flag.optional(),
  'reading:autoplay:gifs': flag.optional(),
  'mitoyen:read_receipts': flag.optional(),
  'mitoyen:presence': flag.optional(),
  'mitoyen:welcomed': flag.optional(),
});

export function addPreferenceRoutes(
  endpoints: Endpoints,
  deps: { preferences: Preferences },
): void {
  const { preferences } = deps;

  endpoints.define(
    {
      method: 'get',
      path: '/api/v1/preferences',
      summary: 'Preferences',
      auth: 'member',
      scope: 'read:accounts',
    },
    async ({ account }) => view(account, await preferences.of(account._id)),
  );

  endpoints.define(
    {
      method: 'patch',
      path: '/api/mitoyen/v1/preferences',
      summary: 'Change preferences',
      auth: 'member',
      scope: 'write:accounts',
      body: changeBody,
    },
    async ({ account, body }) => {
      const change = {
        visibility: body['posting:default:visibility'],
        sensitive: body['posting:default:sensitive'],
        quotePolicy: body['posting:default:quote_policy'],
        expandMedia: body['reading:expand:media'],
        expandSpoilers: body['reading:expand:spoilers'],
        autoplayGifs: body['reading:autoplay:gifs'],
        readReceipts: body['mitoyen:read_receipts'],
        presence: body['mitoyen:presence'],
        welcomed: body['mitoyen:welcomed'],
      };
      return view(account, await preferences.set(account._id, change));
    },
  );
}

function view(account: Account, of: PreferenceSet) {
  return {
    'posting:default:visibility': mastodonVisibility(of.visibility),
    'posting:default:sensitive': of.sensitive,
    'posting:default:language': account.language ?? null,
    'posting:default:quote_policy': of.quotePolicy,
    'reading:expand:media': of.expandMedia,
    'reading:expand:spoilers': of.expandSpoilers,
    'reading:autoplay:gifs': of.autoplayGifs,
    // With the audience that Mastodon has no word for.
    'mitoyen:posting:default:visibility': of.visibility,
    'mitoyen:read_receipts': of.readReceipts,
    'mitoyen:presence': of.presence,
    'mitoyen:welcomed': of.welcomed,
  };
}
