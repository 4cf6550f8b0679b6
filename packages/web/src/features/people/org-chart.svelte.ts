/** A person in the tree of who leads whom; those who report to them are asked for when it opens. */
import { getPage, type PageOf } from '../../api/http.ts';
import type { Account } from '../../api/types.ts';
import { attempt } from '../../ui/attempt.ts';

export type OrgPerson = {
  account: Account;
  job_title: string | null;
  department?: string | null;
  reports_count?: number;
};
type Answer = { reports: OrgPerson[] };
/** Of somebody who leads more people than anybody can, the others are on their profile. */
const MOST_PAGES = 10;

export class Branch {
  readonly id: string;
  readonly person: OrgPerson;
  reports: Branch[] = $state.raw([]);
  expanded = $state(false);
  /** Known to lead nobody. */
  leaf = $state(false);
  #asked = false;
  constructor(person: OrgPerson) {
    this.id = person.account.id;
    this.person = person;
    this.leaf = person.reports_count === 0;
  }

  async open(): Promise<void> {
    if (this.leaf) return;
    if (!this.#asked) {
      this.#asked = true;
      this.#asked = await attempt(() => this.#load(`/api/mitoyen/v1/org_chart/${this.id}`));
      if (!this.#asked) return;
    }
    this.leaf = this.reports.length === 0;
    this.expanded = !this.leaf;
  }

  close(): void {
    this.expanded = false;
  }

  toggle(): void | Promise<void> {
    return this.expanded ? this.close() : this.open();
  }

  async #load(first: string): Promise<void> {
    let path: string | null = first;
    const found: OrgPerson[] = [];
    for (let round = 0; path && round < MOST_PAGES; round += 1) {
      const page: PageOf<Answer> = await getPage<Answer>(path);
      found.push(...page.items.reports);
      path = page.next;
    }
    this.reports = found.map((one) => new Branch(one));
  }
}
