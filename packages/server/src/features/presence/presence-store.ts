import type { Redis } from 'ioredis';
import {
  PRESENCE_SECONDS,
  type PresenceState,
  RECEIPT_SECONDS,
  STATES,
  TYPING_SECONDS,
} from './presence.ts';

export type PresenceStore = ReturnType<typeof createPresenceStore>;

export function createPresenceStore(deps: { redis: Redis; prefix: string }) {
  const { redis, prefix } = deps;
  const presenceKey = (account: string) => `${prefix}:presence:${account}`;
  const typingKey = (conversation: string, account: string) =>
    `${prefix}:typing:${conversation}:${account}`;
  const readKey = (conversation: string) => `${prefix}:read:${conversation}`;

  async function many(keys: string[]): Promise<(string | null)[]> {
    return keys.length > 0 ? redis.mget(keys) : [];
  }

  return {
    /** Resolves to the state before. */
    set: async (account: string, state: PresenceState): Promise<PresenceState> => {
      const key = presenceKey(account);
      const before =
        state === 'offline'
          ? await redis.getdel(key)
          : await redis.set(key, state, 'EX', PRESENCE_SECONDS, 'GET');
      return stateOf(before);
    },
    of: async (accounts: string[]): Promise<PresenceState[]> =>
      (await many(accounts.map(presenceKey))).map(stateOf),

    /** False where it was said a moment ago. */
    startTyping: async (conversation: string, account: string): Promise<boolean> =>
      (await redis.set(typingKey(conversation, account), '1', 'EX', TYPING_SECONDS, 'GET')) ===
      null,
    typing: async (conversation: string, accounts: string[]): Promise<string[]> => {
      const found = await many(accounts.map((account) => typingKey(conversation, account)));
      return accounts.filter((_, index) => found[index] !== null);
    },

    /** False where as much was read before. Ids sort by time. */
    read: async (conversation: string, account: string, upTo: string): Promise<boolean> => {
      const key = readKey(conversation);
      const before = await redis.hget(key, account);
      if (before !== null && before >= upTo) return false;
      await redis.hset(key, account, upTo);
      await redis.expire(key, RECEIPT_SECONDS);
      return true;
    },
    receipts: (conversation: string): Promise<Record<string, string>> =>
      redis.hgetall(readKey(conversation)),
  };
}

function stateOf(stored: string | null | undefined): PresenceState {
  return STATES.find((state) => state === stored) ?? 'offline';
}
