import { createCoalescer } from '../../platform/coalesce.ts';
import { type IdPage, readIdPage } from '../../platform/id-page.ts';
import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import { createUndoneMemory, undoneIndex } from '../../platform/undone-memory.ts';
import type { Block, Mute, Note } from './relation.ts';
import type { Follow } from './relations.ts';

export const relationIndexes: IndexSpec[] = [
  { collection: 'follows', name: 'follows_pair', key: { follower: 1, target: 1 }, unique: true },
  { collection: 'follows', name: 'follows_iri', key: { iri: 1 } },
  { collection: 'follows', name: 'follows_of', key: { follower: 1, state: 1, _id: -1 } },
  { collection: 'follows', name: 'follows_to', key: { target: 1, state: 1, _id: -1 } },
  {
    collection: 'follows',
    name: 'follows_notify',
    key: { target: 1 },
    partialFilterExpression: { notify: true },
  },
  {
    collection: 'follows',
    name: 'follows_inboxes',
    key: { target: 1, state: 1, followerInbox: 1 },
  },
  { collection: 'follows', name: 'follows_at', key: { target: 1, remoteHost: 1, state: 1 } },
  undoneIndex('undone_follows'),
  { collection: 'follows', name: 'follows_host', key: { remoteHost: 1 }, sparse: true },
  { collection: 'blocks', name: 'blocks_pair', key: { account: 1, target: 1 }, unique: true },
  { collection: 'blocks', name: 'blocks_target', key: { target: 1 } },
  { collection: 'blocks', name: 'blocks_list', key: { account: 1, _id: -1 } },
  { collection: 'mutes', name: 'mutes_pair', key: { account: 1, target: 1 }, unique: true },
  { collection: 'mutes', name: 'mutes_list', key: { account: 1, _id: -1 } },
  { collection: 'mutes', name: 'mutes_expiry', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
  {
    collection: 'account_notes',
    name: 'account_notes_pair',
    key: { account: 1, target: 1 },
    unique: true,
  },
  { collection: 'account_notes', name: 'account_notes_mine', key: { account: 1, _id: -1 } },
];

export type RelationStore = ReturnType<typeof createRelationStore>;

export function createRelationStore(mongo: Mongo) {
  const follows = mongo.collection<Follow>('follows');
  const blocks = mongo.collection<Block>('blocks');
  const mutes = mongo.collection<Mute>('mutes');
  const notes = mongo.collection<Note>('account_notes');

  /** Asked for every post; what arrives together shares one query. */
  const notifiedFollowers = createCoalescer(async (targets: string[]) => {
    const rows = await follows
      .find(
        {
          target: { $in: [...new Set(targets)] },
          notify: true,
          state: 'accepted',
          followerInbox: { $exists: false },
        },
        { projection: { follower: 1, target: 1 } },
      )
      .limit(10_000)
      .toArray();
    const byTarget = Map.groupBy(rows, (row) => row.target);
    return targets.map((target) => ({
      ok: true as const,
      value: (byTarget.get(target) ?? []).map((row) => row.follower),
    }));
  });

  return {
    follow: (id: string) => follows.findOne({ _id: id }),
    followOf: (follower: string, target: string) => follows.findOne({ follower, target }),
    followByIri: (iri: string) => follows.findOne({ iri }),
    ...createUndoneMemory(mongo, 'undone_follows'),
    /** False where the pair is there already. */
    addFollow: async (follow: Follow): Promise<boolean> => {
      try {
        await follows.insertOne(follow);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    /** Moves a follow from one of these states to another; null where it is in none of them. Resolves to the follow before. */
    moveFollow: (id: string, from: Follow['state'][], set: Partial<Follow>, event?: PendingEvent) =>
      follows.findOneAndUpdate(
        { _id: id, state: { $in: from } },
        { $set: set, ...(event && { $push: { pending: event } }) },
        { returnDocument: 'before' },
      ),
    setFollow: (id: string, set: Partial<Follow>, unset: 'languages'[] = []) =>
      follows.updateOne({ _id: id }, {
        $set: set,
        ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((name) => [name, ''])) }),
      } as never),
    followedInLanguages: async (follower: string): Promise<Map<string, string[]>> => {
      const rows = await follows
        .find(
          { follower, state: 'accepted', languages: { $exists: true } },
          { projection: { target: 1, languages: 1 } },
        )
        .limit(10_000)
        .toArray();
      return new Map(rows.map((row) => [row.target, row.languages ?? []]));
    },
    removeFollow: (id: string) => follows.deleteOne({ _id: id }),
    targetsOf: async (follower: string): Promise<string[]> => {
      const rows = await follows
        .find({ follower, state: 'accepted' }, { projection: { target: 1 } })
        .limit(10_000)
        .toArray();
      return rows.map((row) => row.target);
    },
    among: (follower: string, targets: string[]) =>
      follows.find({ follower, target: { $in: targets } }).toArray(),
    amongFollowers: (target: string, followers: string[]) =>
      follows.find({ target, follower: { $in: followers } }).toArray(),
    followerInboxes: async (target: string): Promise<string[]> => {
      // `$gt: ''` keeps to followers elsewhere, whose inboxes an index gives one by one.
      const found = await follows.distinct('followerInbox', {
        target,
        state: 'accepted',
        followerInbox: { $gt: '' },
      });
      return found as string[];
    },
    localFollowers: async (target: string): Promise<string[]> => {
      const rows = await follows
        .find(
          { target, state: 'accepted', followerInbox: { $exists: false } },
          { projection: { follower: 1 } },
        )
        .limit(100_000)
        .toArray();
      return rows.map((row) => row.follower);
    },
    notifiedFollowers,
    followedWithoutShares: async (follower: string): Promise<Set<string>> => {
      const rows = await follows
        .find({ follower, state: 'accepted', showShares: false }, { projection: { target: 1 } })
        .limit(10_000)
        .toArray();
      return new Set(rows.map((row) => row.target));
    },
    hasFollowersAt: async (target: string, host: string): Promise<boolean> =>
      (await follows.findOne(
        { target, state: 'accepted', remoteHost: host },
        { projection: { _id: 1 } },
      )) !== null,
    /** Of a local account: its followers at one host. */
    followersAt: async (target: string, host: string, most: number): Promise<string[]> => {
      const rows = await follows
        .find({ target, remoteHost: host, state: 'accepted' }, { projection: { follower: 1 } })
        .limit(most)
        .toArray();
      return rows.map((row) => row.follower);
    },
    hasLocalFollowers: async (target: string): Promise<boolean> =>
      (await follows.findOne(
        { target, state: 'accepted', followerInbox: { $exists: false } },
        { projection: { _id: 1 } },
      )) !== null,
    listFollows: (
      by: 'follower' | 'target',
      account: string,
      state: Follow['state'],
      page: IdPage,
    ) => readIdPage(follows, { [by]: account, state }, page),
    countRequests: (target: string) =>
      follows.countDocuments({ target, state: 'requested' }, { limit: 1000 }),
    followsOfHost: (host: string, most: number) =>
      follows.find({ remoteHost: host }).limit(most).toArray(),
    countFollowsOfHost: (host: string) => follows.countDocuments({ remoteHost: host }),
    removeFollows: (ids: string[]) => follows.deleteMany({ _id: { $in: ids } }),
    followsWith: (account: string, most: number) =>
      Promise.all([
        follows.find({ follower: account }).limit(most).toArray(),
        follows.find({ target: account }).limit(most).toArray(),
      ]).then((all) => all.flat()),

    block: (id: string) => blocks.findOne({ _id: id }),
    blockOf: (account: string, target: string) => blocks.findOne({ account, target }),
    addBlock: async (block: Block): Promise<boolean> => {
      try {
        await blocks.insertOne(block);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    endBlock: (account: string, target: string, event: PendingEvent) =>
      blocks.findOneAndUpdate(
        { account, target, ended: { $ne: true } },
        { $set: { ended: true, purge: true }, $push: { pending: event } },
        { returnDocument: 'after' },
      ),
    reviveBlock: (account: string, target: string, event: PendingEvent) =>
      blocks.findOneAndUpdate(
        { account, target, ended: true },
        { $set: { ended: false, purge: false }, $push: { pending: event } },
        { returnDocument: 'after' },
      ),
    removeBlock: (account: string, target: string) => blocks.deleteOne({ account, target }),
    blocksBetween: (account: string, others: string[]) =>
      Promise.all([
        blocks.find({ account, target: { $in: others }, ended: { $ne: true } }).toArray(),
        blocks.find({ target: account, account: { $in: others }, ended: { $ne: true } }).toArray(),
      ]),
    listBlocks: (account: string, page: IdPage) =>
      readIdPage(blocks, { account, ended: { $ne: true } }, page),

    setMute: (mute: Mute) => {
      const { _id, account, target, expiresAt, ...rest } = mute;
      return mutes.updateOne(
        { account, target },
        {
          $set: { ...rest, ...(expiresAt && { expiresAt }) },
          ...(!expiresAt && { $unset: { expiresAt: '' } }),
          $setOnInsert: { _id },
        },
        { upsert: true },
      );
    },
    removeMute: (account: string, target: string) => mutes.deleteOne({ account, target }),
    mutesAmong: (account: string, targets: string[]) =>
      mutes.find({ account, target: { $in: targets } }).toArray(),
    /** Of these people, those who mute this account. */
    mutersAmong: (accounts: string[], target: string) =>
      mutes.find({ account: { $in: accounts }, target }).toArray(),
    listMutes: (account: string, page: IdPage) => readIdPage(mutes, { account }, page),

    setNote: (note: Note) =>
      notes.updateOne(
        { account: note.account, target: note.target },
        { $set: { text: note.text }, $setOnInsert: { _id: note._id } },
        { upsert: true },
      ),
    listNotes: (account: string, page: IdPage) => readIdPage(notes, { account }, page),
    notesAmong: (account: string, targets: string[]) =>
      notes.find({ account, target: { $in: targets } }).toArray(),
  };
}
