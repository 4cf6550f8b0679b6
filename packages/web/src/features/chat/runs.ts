/** Messages as people read them: by day, and in runs of one person within five minutes. */
import type { Status } from '../../api/types.ts';
import { longDay } from '../../i18n/dates.ts';
import { t } from '../../i18n/i18n.svelte.ts';
import { changeOf } from './talk-change.ts';

/** `change`: what a single message changed of the conversation, where it says nothing else. */
export type Run = {
  key: string;
  author: Status['account'];
  at: string;
  ids: string[];
  change?: string;
};
export type Day = { day: string; runs: Run[] };

const APART_MS = 5 * 60_000;

export function toRuns(messages: Status[]): Day[] {
  const days: Day[] = [];
  for (const message of messages) {
    const name = dayName(message.created_at);
    let day = days.at(-1);
    if (day?.day !== name) {
      day = { day: name, runs: [] };
      days.push(day);
    }
    const run = day.runs.at(-1);
    const change = changeOf(message) ?? undefined;
    const near =
      !change &&
      !run?.change &&
      run?.author.id === message.account.id &&
      Date.parse(message.created_at) - Date.parse(run.at) < APART_MS;
    if (run && near) {
      run.ids.push(message.id);
      run.at = message.created_at;
    } else {
      const { account: author, created_at: at, id } = message;
      day.runs.push({ key: id, author, at, ids: [id], change });
    }
  }
  return days;
}

function dayName(iso: string): string {
  return new Date(iso).toDateString() === new Date().toDateString()
    ? t('today.title')
    : longDay(iso);
}
