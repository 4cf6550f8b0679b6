/** Conversations and the order of their messages, in MongoDB. */
import type { Filter } from 'mongodb';
import {
  createFinder,
  createInserter,
  type IndexSpec,
  isDuplicate,
  type Mongo,
} from '../../platform/mongo.ts';
import type { Conversation } from './conversations.ts';
import type { Message } from './message.ts';

const CONVERSATIONS = 'conversations';
const MESSAGES = 'messages';

export const conversationIndexes: IndexSpec[] = [
  { collection: CONVERSATIONS, name: 'conversations_key', key: { key: 1 }, unique: true },
  {
    collection: CONVERSATIONS,
    name: 'conversations_participant',
    key: { participants: 1, lastPost: -1 },
  },
  { collection: CONVERSATIONS, name: 'conversations_last', key: { lastPost: 1 }, sparse: true },
  { collection: MESSAGES, name: 'messages_conversation', key: { conversation: 1, _id: -1 } },
];

/** By message id: `maxId` for older, `sinceId` for newer from the newest, `minId` for the ones right after. */
export type MessagePage = { maxId?: string; sinceId?: string; minId?: string; limit: number };

export type ConversationStore = ReturnType<typeof createConversationStore>;

export function createConversationStore(deps: { mongo: Mongo }) {
  const conversations = deps.mongo.collection<Conversation>(CONVERSATIONS);
  const messages = deps.mongo.collection<Message>(MESSAGES);
  const byKey = createFinder(conversations, 'key');
  const byId = createFinder(conversations, '_id');
  const messageById = createFinder(messages, '_id');
  const insertMessage = createInserter(messages);

  async function ensure(fresh: Conversation): Promise<Conversation> {
    const found = await byKey(fresh.key);
    if (found) return found;
    try {
      await conversations.insertOne(fresh);
      return fresh;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      return (await byKey(fresh.key)) ?? fresh;
    }
  }

  /** The conversation takes note of a message; running it twice changes nothing more. */
  async function note(message: Message, unreadFor: string[]): Promise<void> {
    const { conversation: _id, author } = message;
    await conversations.bulkWrite([
      {
        updateOne: {
          filter: { _id },
          update: { $max: { [`spoke.${author}`]: message._id }, $set: { hidden: [] } },
        },
      },
      // Messages may be noted out of order: who has written since has nothing unread of this one.
      ...unreadFor.map((account) => ({
        updateOne: {
          filter: {
            _id,
            $or: [
              { [`spoke.${account}`]: { $lt: message._id } },
              { [`spoke.${account}`]: { $exists: false } },
            ],
          } as Filter<Conversation>,
          update: { $addToSet: { unread: account } },
        },
      })),
      {
        updateOne: {
          filter: {
            _id,
            $or: [{ lastPost: { $lt: message._id } }, { lastPost: { $exists: false } }],
          },
          update: { $set: { lastPost: message._id, lastAt: message.at } },
        },
      },
      // Whoever answers has read, unless more has come since.
      {
        updateOne: {
          filter: { _id, lastPost: message._id },
          update: { $pull: { unread: author } },
        },
      },
    ]);
    await messages.updateOne({ _id: message._id }, { $set: { noted: true } });
  }

  function newest(conversation: string): Promise<Message | null> {
    return messages.findOne({ conversation }, { sort: { _id: -1 } });
  }

  /** The last message is gone: the one before it takes its place, unless a newer one came. */
  async function replaceLast(conversation: string, gone: string): Promise<void> {
    const last = await newest(conversation);
    const filter = { _id: conversation, lastPost: gone };
    if (last) {
      const { _id: lastPost, at: lastAt } = last;
      await conversations.updateOne(filter, { $set: { lastPost, lastAt } });
    } else {
      await conversations.updateOne(filter, {
        $set: { unread: [] },
        $unset: { lastPost: '' },
      });
    }
  }

  function bounds({ maxId, sinceId, minId }: MessagePage): Record<string, string> {
    const after = minId ?? sinceId;
    return { ...(maxId && { $lt: maxId }), ...(after && { $gt: after }) };
  }

  return {
    ensure,
    get: byId,
    /** A group chat by its id on the wire. */
    byIri: (iri: string) => byKey(`talk ${iri}`),
    /** The latest name counts, in whatever order they come. */
    setName: async (_id: string, name: string, at: number): Promise<void> => {
      const earlier = [{ namedAt: { $lt: at } }, { namedAt: { $exists: false } }];
      await conversations.updateOne({ _id, $or: earlier }, { $set: { name, namedAt: at } });
    },
    /** Each person's latest coming or going counts. */
    setPerson: async (
      _id: string,
      person: string,
      change: { in: boolean; at: number },
    ): Promise<void> => {
      const field = `people.${person}`;
      const earlier = [{ [`${field}.at`]: { $lt: change.at } }, { [field]: { $exists: false } }];
      const filter = { _id, $or: earlier } as Filter<Conversation>;
      await conversations.updateOne(
        filter,
        change.in
          ? { $set: { [field]: change }, $addToSet: { participants: person } }
          : { $set: { [field]: change }, $pull: { participants: person, unread: person } },
      );
    },
    byLastPost: (lastPost: string) => conversations.findOne({ lastPost }),
    message: messageById,
    /** False where it is there already. */
    addMessage: insertMessage,
    note,
    removeMessage: (id: string) => messages.findOneAndDelete({ _id: id }),
    replaceLast,
    page: async (conversation: string, page: MessagePage): Promise<Message[]> => {
      const ids = bounds(page);
      const filter: Filter<Message> = {
        conversation,
        ...(Object.keys(ids).length > 0 && { _id: ids }),
      };
      const direction = page.minId === undefined ? -1 : 1;
      const found = await messages
        .find(filter)
        .sort({ _id: direction })
        .limit(page.limit)
        .toArray();
      return direction === 1 ? found.reverse() : found;
    },
    /** Newest message first, without those that the person has hidden. */
    listOf: async (participant: string, page: MessagePage): Promise<Conversation[]> => {
      const filter: Filter<Conversation> = {
        participants: participant,
        lastPost: { $gt: '', ...bounds(page) },
        hidden: { $ne: participant },
      };
      const direction = page.minId === undefined ? -1 : 1;
      const found = await conversations
        .find(filter)
        .sort({ lastPost: direction })
        .limit(page.limit)
        .toArray();
      return direction === 1 ? found.reverse() : found;
    },
    read: async (id: string, participant: string): Promise<Conversation | null> => {
      const talk = await conversations.findOneAndUpdate(
        { _id: id, participants: participant },
        { $pull: { unread: participant } },
        { returnDocument: 'after' },
      );
      if (talk?.lastPost) {
        const read = { [`readUpTo.${participant}`]: talk.lastPost };
        await conversations.updateOne({ _id: id }, { $max: read });
      }
      return talk;
    },
    /** Messages of others after this one; no more than `most` are counted. */
    countAfter: (conversation: string, after: string, most: number): Promise<number> =>
      messages.countDocuments({ conversation, _id: { $gt: after } }, { limit: most }),
    hide: (id: string, participant: string): Promise<Conversation | null> =>
      conversations.findOneAndUpdate(
        { _id: id, participants: participant },
        { $pull: { unread: participant }, $addToSet: { hidden: participant } },
        { returnDocument: 'after' },
      ),
  };
}
