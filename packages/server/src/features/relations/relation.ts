/** Blocks, mutes and private notes between accounts. */
import type { WithPending } from '../../platform/pending.ts';

export type Block = WithPending & {
  _id: string;
  account: string;
  target: string;
  iri: string;
  ended?: boolean;
  purge?: boolean;
  createdAt: number;
};

export type Mute = {
  _id: string;
  account: string;
  target: string;
  notifications: boolean;
  expiresAt?: Date;
  createdAt: number;
};

/** What only its writer sees. */
export type Note = { _id: string; account: string; target: string; text: string };
