/** The audit log in words: what was asked for, by whom, and how. */
import type { MessageKey } from '../../i18n/i18n.svelte.ts';
import { t } from '../../i18n/i18n.svelte.ts';

export type Entry = {
  id: string;
  at: string;
  /** The account that did it; null: the command line, the other side, the clock. */
  by: string | null;
  via: 'api' | 'cli' | 'them' | 'clock';
  action: string;
  target: string;
  facts: string;
  hash: string;
};
export type Verdict = {
  entries: number;
  head: string;
  broken: { at: number; reason: string } | null;
};

/** The most usual acts; others are shown as they were asked for. */
export const ACTIONS: Record<string, MessageKey> = {
  'put admin/people/:id/role': 'audit.role',
  'post admin/people/:id/suspend': 'audit.suspended',
  'post admin/people/:id/unsuspend': 'audit.unsuspended',
  'post admin/people/:id/approve': 'audit.approved',
  'post admin/people/:id/sign_in_link': 'audit.link',
  'post admin/people/:id/sign_out': 'audit.signOut',
  'post invitations': 'audit.invited',
  'delete invitations/:id': 'audit.uninvited',
  'post partners/offer': 'audit.offered',
  'post partners/:host/change': 'audit.changed',
  'post partners/:host/accept': 'audit.accepted',
  'post partners/:host/reject': 'audit.rejected',
  'post partners/:host/withdraw': 'audit.withdrawn',
  'post partners/:host/revoke': 'audit.ended',
  'post partners/:host/pause': 'audit.paused',
  'post partners/:host/resume': 'audit.resumed',
  'post partners/pause': 'audit.pausedAll',
  'post partners/resume': 'audit.resumedAll',
  'partner offered': 'audit.offered',
  'partner accepted': 'audit.accepted',
  'partner rejected': 'audit.rejected',
  'partner withdrawn': 'audit.withdrawn',
  'partner ended': 'audit.ended',
  'partner expired': 'audit.expired',
  'partner expires soon': 'audit.expiresSoon',
  'post admin/domain_blocks': 'audit.blocked',
  'put admin/domain_blocks/:id': 'audit.blockChanged',
  'delete admin/domain_blocks/:id': 'audit.lifted',
  'get admin/block_list.csv': 'audit.exported',
  'post admin/block_list': 'audit.imported',
  'post admin/reports/:id/resolve': 'audit.resolved',
  'post admin/reports/:id/reopen': 'audit.reopened',
  'delete admin/reports/:id/statuses/:status': 'audit.removedPost',
  'post admin/announcements': 'audit.announced',
  'post admin/groups/:id/take_over': 'audit.tookOver',
  'post admin/groups/:id/archive': 'audit.archived',
  'post admin/groups/:id/unarchive': 'audit.unarchived',
  'delete admin/groups/:id': 'audit.deletedGroup',
  configuration: 'audit.configured',
};

const VIA: Record<Entry['via'], MessageKey> = {
  api: 'audit.us',
  cli: 'audit.cli',
  them: 'audit.them',
  clock: 'audit.clock',
};

export function entryText({ action }: Entry): string {
  const known = ACTIONS[action];
  return known ? t(known) : action;
}

export const viaText = ({ via }: Entry): string => t(VIA[via]);
