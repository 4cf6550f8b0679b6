/** Passwords: argon2id, and rules that are about length, not about symbols (NIST SP 800-63B). */
import { hash, verify } from '@node-rs/argon2';

export const MIN_PASSWORD = 10;
const MAX_PASSWORD = 200;
/** OWASP's first choice: 19 MiB, two passes. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const OFTEN_TRIED = new Set([
  '1234567890',
  'password123',
  'passwordpassword',
  'qwertyuiop',
  'motdepasse1',
  'azertyuiop',
  'iloveyou123',
]);

/** What is wrong with a password, or null. */
export function passwordProblem(
  password: string,
  about: { username: string; email?: string },
): string | null {
  if ([...password].length < MIN_PASSWORD) return `must have at least ${MIN_PASSWORD} characters`;
  if (password.length > MAX_PASSWORD) return `must have ${MAX_PASSWORD} characters at most`;
  const plain = password.toLowerCase();
  if (OFTEN_TRIED.has(plain) || new Set(plain).size < 4) return 'is too easy to guess';
  if (plain === about.username.toLowerCase() || plain === about.email?.toLowerCase())
    return 'must not be the name or e-mail address';
  return null;
}

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), PARAMETERS);
}

let decoy: Promise<string> | undefined;

/** Takes as long for somebody who does not exist as for a wrong password. */
export async function checkPassword(
  password: string,
  stored: string | undefined,
): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password');
  const matches = await verify(
    stored ?? (await decoy),
    password.slice(0, MAX_PASSWORD).normalize('NFKC'),
  );
  return matches && stored !== undefined;
}
