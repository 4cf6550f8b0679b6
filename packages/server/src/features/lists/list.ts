/** A list: people and groups whose posts somebody reads together. Only its owner knows of it. */
export const REPLIES_POLICIES = ['followed', 'list', 'none'] as const;
export type RepliesPolicy = (typeof REPLIES_POLICIES)[number];

export type List = {
  _id: string;
  owner: string;
  title: string;
  /** Whose comments are shown: those to anybody followed, to members of the list, or none. */
  repliesPolicy: RepliesPolicy;
  /** Posts of its members are left out of the home feed. */
  exclusive: boolean;
  createdAt: number;
};

export type ListMember = { _id: string; list: string; owner: string; account: string };
