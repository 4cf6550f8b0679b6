/** Reports, as moderators see them. */
import type { Account, Status } from '../../api/types.ts';

export const BASE = '/api/mitoyen/v1/admin/reports';
export type Report = {
  id: string;
  comment: string;
  created_at: string;
  action_taken: boolean;
  account: Account | null;
  host: string | null;
  target_account: Account | null;
  assigned_account: Account | null;
  notes: { account: Account | null; text: string; created_at: string }[];
  statuses: Status[];
  /** Of this house, that it breaks. */
  rules: { id: string; text: string }[];
};
