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
    key: { participants: 1, lastOrder: -1 },
  },
  { collection: CONVERSATIONS, name: 'conversations_last', key: { lastPost: 1 }, sparse: true },
  { collection: MESSAGES, name: 'messages_order', key: { conversation: 1, order: -1 } },
];

/** Bounds by order: `before` for older, `after` for newer from the newest, `next` for the ones right after. */
export type OrderPage = { before?: string; after?: string; next?: string; limit: number };

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
    const { conversation: _id, order, author } = message;
    await conversations.bulkWrite([
      {
        updateOne: {
          filter: { _id },
          update: { $addToSet: { unread: { $each: unreadFor } }, $set: { hidden: [] } },
        },
      },
      {
        updateOne: {
          filter: { _id, lastOrder: { $lt: order } },
          update: { $set: { lastPost: message._id, lastOrder: order, lastAt: message.at } },
        },
      },
      // Whoever answers has read.
      { updateOne: { filter: { _id }, update: { $pull: { unread: author } } } },
    ]);
    await messages.updateOne({ _id: message._id }, { $set: { noted: true } });
  }

  function newest(conversation: string): Promise<Message | null> {
    return messages.findOne({ conversation }, { sort: { order: -1 } });
  }

  /** The last message is gone: the one before it takes its place, unless a newer one came. */
  async function replaceLast(conversation: string, gone: string): Promise<void> {
    const last = await newest(conversation);
    const filter = { _id: conversation, lastPost: gone };
    if (last) {
      const { _id: lastPost, order: lastOrder, at: lastAt } = last;
      await conversations.updateOne(filter, { $set: { lastPost, lastOrder, lastAt } });
    } else {
      await conversations.updateOne(filter, {
        $set: { lastOrder: '', unread: [] },
        $unset: { lastPost: '' },
      });
    }
  }

  function bounds({ before, after, next }: OrderPage): Record<string, string> {
    return {
      ...(before !== undefined && { $lt: before }),
      ...((next ?? after) !== undefined && { $gt: next ?? after ?? '' }),
    };
  }

  return {
    ensure,
    get: byId,
    byLastPost: (lastPost: string) => conversations.findOne({ lastPost }),
    message: messageById,
    /** False where it is there already. */
    addMessage: insertMessage,
    note,
    removeMessage: (id: string) => messages.findOneAndDelete({ _id: id }),
    replaceLast,
    page: async (conversation: string, page: OrderPage): Promise<Message[]> => {
      const order = bounds(page);
      const filter: Filter<Message> = {
        conversation,
        ...(Object.keys(order).length > 0 && { order }),
      };
      const direction = page.next === undefined ? -1 : 1;
      const found = await messages
        .find(filter)
        .sort({ order: direction })
        .limit(page.limit)
        .toArray();
      return direction === 1 ? found.reverse() : found;
    },
    /** Newest message first, without those that the person has hidden. */
    listOf: async (participant: string, page: OrderPage): Promise<Conversation[]> => {
      const filter: Filter<Conversation> = {
        participants: participant,
        lastOrder: { $gt: '', ...bounds(page) },
        hidden: { $ne: participant },
      };
      const direction = page.next === undefined ? -1 : 1;
      const found = await conversations
        .find(filter)
        .sort({ lastOrder: direction })
        .limit(page.limit)
        .toArray();
      return direction === 1 ? found.reverse() : found;
    },
    read: (id: string, participant: string): Promise<Conversation | null> =>
      conversations.findOneAndUpdate(
        { _id: id, participants: participant },
        { $pull: { unread: participant } },
        { returnDocument: 'after' },
      ),
    hide: (id: string, participant: string): Promise<Conversation | null> =>
      conversations.findOneAndUpdate(
        { _id: id, participants: participant },
        { $pull: { unread: participant }, $addToSet: { hidden: participant } },
        { returnDocument: 'after' },
      ),
  };
}
