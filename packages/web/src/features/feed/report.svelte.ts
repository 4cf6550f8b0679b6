/** Reporting somebody to the moderators: what is reported, while the dialog is open. */
import type { Account, Status } from '../../api/types.ts';

let subject = $state.raw<{ account: Account; status: Status | null } | null>(null);

export function reported() {
  return subject;
}

export function report(account: Account, status: Status | null = null): void {
  subject = { account, status };
}

export function closeReport(): void {
  subject = null;
}
