/** The audit feature: one log of all that admins do, whose entries nobody can change unseen. */
import type { Feature } from '../../feature.ts';
import type { Kit } from '../../kit.ts';
import { type Audit, follow, GENESIS, type Verdict } from './audit.ts';
import { addAuditRoutes } from './audit-routes.ts';
import { auditIndexes, createAuditStore } from './audit-store.ts';
import { followConfiguration } from './follow-configuration.ts';

const DAY_MS = 24 * 3600_000;

export function createAuditFeature(kit: Kit): { feature: Feature; api: Audit } {
  const store = createAuditStore(kit);

  const audit: Audit = {
    note: async ({ by = null, via, action, target = '', facts = '' }) => {
      await store.append({ by, via, action, target, facts });
    },
    verify: async (kept) => {
      let verdict: Verdict = { entries: 0, head: GENESIS, broken: null };
      let found = kept === undefined ? null : kept === GENESIS;
      for (;;) {
        const batch = await store.after(verdict.entries);
        for (const entry of batch) {
          verdict = follow(verdict, entry);
          if (verdict.head === kept) found = true;
        }
        if (batch.length === 0 || verdict.broken) return { ...verdict, headFound: found };
      }
    },
  };

  return {
    feature: {
      name: 'audit',
      indexes: auditIndexes,
      routes: (endpoints) => addAuditRoutes(endpoints, { store, audit }),
      // Outside the database: whoever can write there cannot take this back.
      timers: [{ name: 'audit-head', everyMs: DAY_MS, run: tellHead }],
      start: () => followConfiguration({ config: kit.config, store, audit }),
    },
    api: audit,
  };

  async function tellHead(): Promise<void> {
    const last = await store.last();
    if (last) kit.log.info({ entries: last._id, head: last.hash }, 'head of the audit log');
  }
}
