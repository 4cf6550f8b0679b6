/** What a message changed of its group chat, in the reader's language. */
import type { Status } from '../../api/types.ts';
import { list } from '../../i18n/dates.ts';
import { t } from '../../i18n/i18n.svelte.ts';

export function changeOf(status: Status): string | null {
  const talk = status.mitoyen?.talk;
  const who = status.account.display_name || status.account.username;
  const name = talk?.name ?? '';
  switch (talk?.change) {
    case 'made':
      return name ? t('talk.madeNamed', { who, name }) : t('talk.made', { who });
    case 'named':
      return name ? t('talk.named', { who, name }) : t('talk.unnamed', { who });
    case 'added': {
      const people = talk.people.map((one) => one.display_name || one.username);
      return t('talk.added', { who, people: list(people) });
    }
    case 'left':
      return t('talk.left', { who });
    default:
      return null;
  }
}
