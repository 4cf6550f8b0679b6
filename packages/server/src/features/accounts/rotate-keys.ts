/**
 * New keys for a local actor. `publicKey` shows the new one alone, since most servers read no
 * more; the retired ones stay in `assertionMethod` for a grace, so that what was signed or
 * proved with them still holds.
 */
import { readPublicPem, toMultibase } from '@mitoyen/federation';
import { notFound } from '../../platform/app-error.ts';
import type { PendingEvent } from '../../platform/pending.ts';
import type { Account } from './account.ts';
import type { KeyStore } from './key-store.ts';

export type RotatedKeys = { account: string; iri: string; key: string; graceUntil: number | null };

export function createRotateKeys(deps: {
  keys: Pick<KeyStore, 'prepare' | 'promote'>;
  now: () => number;
  byId: (id: string) => Promise<Account | null>;
  update: (id: string, change: Partial<Account>, event: PendingEvent) => Promise<Account | null>;
  entry: (event: 'account.updated', data: Record<string, string>) => PendingEvent;
  kick: (account: string) => Promise<void>;
}) {
  /** @param graceMs 0 where the keys are known to others: nothing signed with them counts any more */
  return async function rotateKeys(id: string, graceMs: number): Promise<RotatedKeys> {
    const account = await deps.byId(id);
    if (!account || account.domain !== null) throw notFound();
    const now = deps.now();
    const next = await deps.keys.prepare(id);
    const [key] = next.publicKeys;
    if (!key) throw new Error('keys are made in pairs');
    if (account.publicKeys[0]?.id !== key.id) {
      await deps.update(
        id,
        {
          publicKeys: next.publicKeys,
          assertionKeys: [...next.assertionKeys, ...retired(account, now, graceMs)],
          updatedAt: now,
        },
        deps.entry('account.updated', { keys: key.id }),
      );
    }
    await deps.keys.promote(id);
    await deps.kick(id);
    return {
      account: id,
      iri: account.iri,
      key: key.id,
      graceUntil: graceMs > 0 ? now + graceMs : null,
    };
  };
}

function retired(account: Account, now: number, graceMs: number): Account['assertionKeys'] {
  if (graceMs <= 0) return [];
  const until = now + graceMs;
  const signing = account.publicKeys.flatMap(({ id, pem }) => {
    const key = readPublicPem(pem);
    return key ? [{ id, multibase: toMultibase(key), until }] : [];
  });
  const proving = account.assertionKeys
    .filter((key) => key.until === undefined || key.until > now)
    .map((key) => ({ ...key, until: Math.min(key.until ?? until, until) }));
  return [...proving, ...signing];
}
