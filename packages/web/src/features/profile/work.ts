/** What somebody tells of their work: the digital CV. */
import type { Account } from '../../api/types.ts';
import type { MessageKey } from '../../i18n/i18n.svelte.ts';

export type Step = { title: string; organization: string; from: string; to: string };
export type Work = {
  account_id: string;
  job_title: string | null;
  department: string | null;
  location: string | null;
  phone: string | null;
  time_zone: string | null;
  skills: string[];
  languages: string[];
  history: Step[];
  manager: Account | null;
  reports_count: number;
  visibility?: Record<string, Visibility>;
};
export type Visibility = 'everyone' | 'colleagues' | 'me';

export const BASE = '/api/mitoyen/v1';
export const LINES = ['job_title', 'department', 'location', 'phone'] as const;
export const LINE_TEXT: Record<(typeof LINES)[number], MessageKey> = {
  job_title: 'work.title',
  department: 'work.department',
  location: 'work.location',
  phone: 'work.phone',
};
export const VISIBILITY_TEXT: Record<Visibility, MessageKey> = {
  everyone: 'work.everyone',
  colleagues: 'work.colleagues',
  me: 'work.me',
};

export function isEmpty(work: Work): boolean {
  const lists = [work.skills, work.languages, work.history];
  return (
    LINES.every((line) => !work[line]) && lists.every((one) => one.length === 0) && !work.manager
  );
}

export function years({ from, to }: Step): string {
  return [from, to].filter(Boolean).join(' – ');
}
