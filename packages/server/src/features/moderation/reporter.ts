/**
 * Who reports to other servers: an actor of its own, so that they need not know who complained.
 * A Service, which Lemmy takes for a person; it takes no report from an instance actor.
 */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { Account } from '../accounts/account.ts';

/** The second where somebody has the first. */
const NAMES = ['reports', 'moderation_reports'];

export function createReporter(deps: { kit: Kit; apis: Apis }): () => Promise<Account> {
  const { kit, apis } = deps;

  async function named(username: string): Promise<Account | null> {
    const known = await apis.accounts.byHandle(username);
    if (known) return known.kind === 'service' ? known : null;
    const displayName = `Reports of ${kit.config.instance.name}`;
    try {
      return await apis.accounts.createLocalActor({
        ...{ kind: 'service', username, displayName },
        locked: true,
      });
    } catch (error) {
      // Another process made it at the same moment.
      const made = await apis.accounts.byHandle(username);
      if (made?.kind === 'service') return made;
      throw error;
    }
  }

  return async function reporter() {
    for (const name of NAMES) {
      const account = await named(name);
      if (account) return account;
    }
    throw new Error('no name is left for the actor that reports');
  };
}
