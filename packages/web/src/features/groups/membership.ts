/** Joining and leaving, with what the server says to it. */
import { post } from '../../api/http.ts';
import type { Group } from '../../api/types.ts';
import { t } from '../../i18n/i18n.svelte.ts';
import { loadMyGroups } from '../../stores/groups.svelte.ts';
import { say } from '../../stores/toasts.svelte.ts';
import { errorText } from '../../ui/error-text.ts';

/** The group as it is afterwards, or null where it did not work (or is not to be seen any more). */
export async function changeMembership(
  group: Group,
  verb: 'join' | 'leave',
): Promise<Group | null> {
  try {
    const changed = await post<Partial<Group>>(`/api/mitoyen/v1/groups/${group.id}/${verb}`);
    void loadMyGroups();
    if (changed.membership?.state === 'member') say(t('groups.joined', { name: group.name }));
    if (changed.membership?.state === 'requested') say(t('groups.requested', { name: group.name }));
    return changed.id ? (changed as Group) : null;
  } catch (error) {
    say(errorText(error));
    return group;
  }
}
