/** A post that is being written, with all that belongs to it. */
import type { Account, Attachment, Status } from '../api/types.ts';

export type DraftPoll = { options: string[]; multiple: boolean; days: number };
/** Times as fields of date and time have them; an empty text: not given. */
export type DraftEvent = {
  title: string;
  starts: string;
  ends: string;
  location: string;
  url: string;
  capacity: string;
};
export type Badge = NonNullable<NonNullable<Status['mitoyen']>['praise']>['badge'];
export type DraftPraise = { badge: Badge; people: Account[] };
export type DraftFile = {
  /** The server has it already. */
  media: Attachment;
  description: string;
  focus: { x: number; y: number };
};

export type Draft = {
  text: string;
  audience: string;
  groupId: string | null;
  savedAt: number;
  poll?: DraftPoll | null;
  event?: DraftEvent | null;
  praise?: DraftPraise | null;
  must?: boolean;
  /** When it is to be published, as a field of date and time has it. */
  later?: string | null;
  files?: DraftFile[];
  quote?: Status | null;
};
