/** Who somebody is at the provider of the house: accounts are bound to its subject, never to an e-mail address. */
import { hashSecret } from './secret.ts';

export type Identity = {
  /** Of issuer and subject together. */
  _id: string;
  account: string;
  publicId: string;
  /** As the provider called them when it was connected. */
  name: string;
  createdAt: number;
  usedAt: number;
};

/** What the provider says of somebody. */
export type Subject = {
  issuer: string;
  subject: string;
  name: string;
  username: string;
  email: string | null;
};

const MOST_TRIES = 20;

export function identityId({ issuer, subject }: Pick<Subject, 'issuer' | 'subject'>): string {
  return hashSecret(JSON.stringify([issuer, subject]));
}

export function readSubject(claims: Record<string, unknown>): Subject {
  const text = (name: string) => (typeof claims[name] === 'string' ? claims[name].trim() : '');
  const email = claims.email_verified === true && text('email') ? text('email') : null;
  const called = text('preferred_username') || text('email') || text('name');
  return {
    issuer: text('iss'),
    subject: text('sub'),
    name: (text('name') || called).slice(0, 60),
    username: called,
    email,
  };
}

/** User names to try, the best first. */
export function usernamesFor({ username }: Subject): string[] {
  const plain = username
    .split('@')[0]
    ?.normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_.-]/g, '')
    .replace(/^[_.-]+|[_.-]+$/g, '')
    .slice(0, 24);
  const base = plain || 'member';
  return [base, ...Array.from({ length: MOST_TRIES }, (_, index) => `${base}${index + 2}`)];
}

export function viewIdentity(one: Identity) {
  return {
    id: one.publicId,
    name: one.name,
    created_at: new Date(one.createdAt).toISOString(),
    last_used_at: new Date(one.usedAt).toISOString(),
  };
}
