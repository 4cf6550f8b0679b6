/** A page of colleagues: all by name, those with some words, or with a skill or department. */
import { get } from '../../api/http.ts';
import type { Account } from '../../api/types.ts';

export type Filter = { skill: string; department: string };
export type Line = { account: Account; job_title: string | null };
export const NO_FILTER: Filter = { skill: '', department: '' };
export const PAGE = 40;

export function isFiltered({ skill, department }: Filter): boolean {
  return skill !== '' || department !== '';
}

/** `after`: the last one of the page before. */
export async function findPeople(words: string, filter: Filter, after?: Account): Promise<Line[]> {
  if (isFiltered(filter)) {
    const found = await get<Line[]>('/api/mitoyen/v1/people', {
      skill: filter.skill || undefined,
      department: filter.department || undefined,
      after: after?.id,
      limit: PAGE,
    });
    const wanted = words.toLowerCase();
    return found.filter(({ account }) =>
      `${account.display_name} ${account.acct}`.toLowerCase().includes(wanted),
    );
  }
  const accounts = words
    ? await get<Account[]>('/api/v1/accounts/search', {
        q: words,
        limit: PAGE,
        resolve: words.includes('@'),
      })
    : await get<Account[]>('/api/mitoyen/v1/directory', { limit: PAGE, after: after?.username });
  return accounts.filter((one) => !one.group).map((account) => ({ account, job_title: null }));
}
