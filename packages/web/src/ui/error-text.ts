/** What went wrong, in the reader's language where we know a word for it. */
import { ApiError } from '../api/http.ts';
import { t } from '../i18n/i18n.svelte.ts';

export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('error.unknown');
  switch (error.status) {
    case 0:
      return t('error.offline');
    case 403:
      return t('error.forbidden');
    case 404:
      return t('error.missing');
    case 429:
      return t('error.tooMany');
    // Another server did not do its part. Ours says which and why; a proxy before ours says nothing.
    case 502:
      return /^(Bad Gateway)?$/.test(error.message) ? t('error.unknown') : error.message;
    default:
      return error.status >= 500 ? t('error.unknown') : error.message;
  }
}
