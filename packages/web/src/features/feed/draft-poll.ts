/** A poll that is being written. */
import type { DraftPoll } from '../../stores/draft.ts';

const DAY_SECONDS = 86_400;

export function newDraftPoll(): DraftPoll {
  return { options: ['', ''], multiple: false, days: 3 };
}

export function isComplete(poll: DraftPoll): boolean {
  const given = poll.options.map((one) => one.trim()).filter(Boolean);
  return given.length >= 2 && new Set(given).size === given.length;
}

export function toBody(poll: DraftPoll) {
  return {
    options: poll.options.map((one) => one.trim()).filter(Boolean),
    multiple: poll.multiple,
    expires_in: poll.days * DAY_SECONDS,
  };
}
