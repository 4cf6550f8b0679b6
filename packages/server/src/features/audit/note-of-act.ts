/** What the audit log says of a request of an admin: who, what, to whom; and never a text. */
import type { AdminAct } from '../../platform/http/endpoints.ts';
import type { AuditNote } from './audit.ts';

/** Fields of a body that are plain facts. */
const FACTS = [
  'role',
  'severity',
  'scopes',
  'groups',
  'copies',
  'expires_at',
  'days',
  'uses',
  'state',
  'account_id',
  'type',
];
/** Fields of a body that name what it is done to, where the address does not. */
const TARGETS = ['host', 'domain', 'url', 'shortcode', 'email'];
const MOST = 300;

/** Null where it only asked what would happen. */
export function noteOf({ spec, account, params, body }: AdminAct): AuditNote | null {
  const fields = body && typeof body === 'object' ? (body as Record<string, unknown>) : {};
  if (fields.dry_run === true) return null;
  const named = Object.values((params ?? {}) as Record<string, string>).join(' ');
  const inBody = TARGETS.flatMap((name) => fields[name] ?? [])[0];
  const facts = FACTS.flatMap((name) => {
    const value = fields[name];
    return value === undefined || value === null ? [] : `${name}: ${plain(value)}`;
  });
  return {
    by: account?._id ?? null,
    via: 'api',
    action: `${spec.method} ${spec.path.replace(/^\/api\/(mitoyen\/)?v\d\//, '')}`,
    target: (named || plain(inBody ?? '')).slice(0, MOST),
    facts: facts.join(', ').slice(0, MOST),
  };
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
