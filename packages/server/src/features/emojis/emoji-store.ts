import { type IndexSpec, isDuplicate, type Mongo } from '../../platform/mongo.ts';
import { type CustomEmoji, MOST_EMOJIS } from './custom-emoji.ts';

export const emojiIndexes: IndexSpec[] = [
  {
    collection: 'custom_emojis',
    name: 'custom_emojis_shortcode',
    key: { shortcode: 1 },
    unique: true,
  },
];

export type EmojiStore = ReturnType<typeof createEmojiStore>;

export function createEmojiStore(mongo: Mongo) {
  const emojis = mongo.collection<CustomEmoji>('custom_emojis');
  return {
    get: (id: string) => emojis.findOne({ _id: id }),
    all: () => emojis.find().sort({ shortcode: 1 }).limit(MOST_EMOJIS).toArray(),
    named: (shortcodes: string[]) => emojis.find({ shortcode: { $in: shortcodes } }).toArray(),
    count: () => emojis.estimatedDocumentCount(),
    /** False where the name is taken. */
    insert: async (emoji: CustomEmoji): Promise<boolean> => {
      try {
        await emojis.insertOne(emoji);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    change: (id: string, set: Partial<CustomEmoji>) =>
      emojis.findOneAndUpdate({ _id: id }, { $set: set }, { returnDocument: 'after' }),
    remove: (id: string) => emojis.findOneAndDelete({ _id: id }),
  };
}
