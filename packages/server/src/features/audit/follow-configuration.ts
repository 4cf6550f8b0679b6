/** What the server was started with, compared with the start before: a change is in the audit log. */
import { createHash } from 'node:crypto';
import { redactedKeys } from '../../config-redact.ts';
import type { Config } from '../../config-schema.ts';
import type { Audit } from './audit.ts';
import type { AuditStore } from './audit-store.ts';

export const CONFIGURED = 'configuration';
const MOST_FACTS = 1000;

export async function followConfiguration(deps: {
  config: Config;
  store: AuditStore;
  audit: Audit;
}): Promise<void> {
  const keys = redactedKeys(deps.config).map(({ key, value }): [string, string] => [
    key,
    JSON.stringify(value) ?? '',
  ]);
  const target = createHash('sha256').update(JSON.stringify(keys)).digest('hex').slice(0, 16);
  const before = await deps.store.lastOf(CONFIGURED);
  if (before?.target === target) return;
  // By key the hash of its value, so that the next start can name what changed.
  const marks = keys.map(([key, value]) => `${key}=${markOf(value)}`);
  const known = new Set(before?.facts.split('\n')[1]?.split(' ') ?? []);
  const changed = before ? marks.filter((one) => !known.has(one)).map(nameOf) : [];
  const names = changed.join(' ').slice(0, MOST_FACTS);
  await deps.audit.note({
    via: 'clock',
    action: CONFIGURED,
    target,
    facts: `${names}\n${marks.join(' ')}`,
  });
}

const markOf = (value: string) => createHash('sha256').update(value).digest('hex').slice(0, 8);
const nameOf = (mark: string) => mark.slice(0, mark.lastIndexOf('='));
