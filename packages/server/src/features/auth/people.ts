/** Making people, and letting them in: by invitation, by approval, or by an admin. */

import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, type FieldProblem, invalid } from '../../platform/app-error.ts';
import type { Account, Role } from '../accounts/account.ts';
import { usernameProblem } from '../accounts/create-actor.ts';
import type { AuthStore } from './auth-store.ts';
import { hashPassword, passwordProblem } from './password.ts';
import { hashSecret } from './secret.ts';

export type NewPerson = {
  username: string;
  email?: string;
  password?: string;
  displayName?: string;
  role: Role;
  state?: Account['state'];
  reason?: string;
};

export type SignUp = {
  username: string;
  email: string;
  password: string;
  displayName?: string;
  invitation?: string;
  /** Why they would like to join: for who decides about it. */
  reason?: string;
};

const EMAIL = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,189}$/;

const MOST_REASON = 500;

export type People = ReturnType<typeof createPeople>;

export function createPeople(deps: { kit: Kit; apis: Apis; store: AuthStore }) {
  const { kit, apis, store } = deps;

  async function createPerson(person: NewPerson): Promise<Account> {
    const problems = await personProblems(person);
    if (problems.length > 0) throw invalid(...problems);
    const passwordHash =
      person.password === undefined ? undefined : await hashPassword(person.password);
    const account = await apis.accounts.createPerson({
      username: person.username,
      displayName: person.displayName ?? person.username,
      role: person.role,
      state: person.state ?? 'active',
    });
    await store.setCredentials(account._id, {
      ...(person.email && { email: person.email.toLowerCase() }),
      ...(passwordHash && { passwordHash }),
      ...(person.reason && { reason: person.reason }),
    });
    return account;
  }

  async function personProblems({
    username,
    email,
    password,
    reason = '',
  }: NewPerson): Promise<FieldProblem[]> {
    const problems: FieldProblem[] = [];
    const name = usernameProblem(username, { allowReserved: true });
    if (name) problems.push({ field: 'username', code: 'ERR_INVALID', message: name });
    else if (await apis.accounts.byHandle(username))
      problems.push({ field: 'username', code: 'ERR_TAKEN', message: 'is already taken' });
    if (email !== undefined && !EMAIL.test(email))
      problems.push({ field: 'email', code: 'ERR_INVALID', message: 'is not an e-mail address' });
    else if (email !== undefined && (await store.byEmail(email)))
      problems.push({ field: 'email', code: 'ERR_TAKEN', message: 'is already in use' });
    const bad = password === undefined ? null : passwordProblem(password, { username, email });
    if (bad) problems.push({ field: 'password', code: 'ERR_TOO_SHORT', message: bad });
    if ([...reason].length > MOST_REASON)
      problems.push({
        field: 'reason',
        code: 'ERR_TOO_LONG',
        message: `must be ${MOST_REASON} characters at most`,
      });
    return problems;
  }

  /** Somebody makes an own account, as `registration.mode` and the invitation allow. */
  async function signUp(person: SignUp): Promise<Account> {
    const name = usernameProblem(person.username);
    if (name) throw invalid({ field: 'username', code: 'ERR_RESERVED', message: name });
    const { mode } = kit.config.registration;
    if (person.invitation) return byInvitation(person, person.invitation);
    if (mode === 'open') return createPerson({ ...person, role: 'member' });
    if (mode === 'approval')
      return createPerson({ ...person, role: 'member', state: 'awaiting_approval' });
    throw new AppError(
      'forbidden',
      mode === 'invite' ? 'New accounts need an invitation' : 'New accounts are made by the admin',
    );
  }

  async function byInvitation(person: SignUp, code: string): Promise<Account> {
    const codeHash = hashSecret(code);
    const problems = await personProblems({ ...person, role: 'member' });
    if (problems.length > 0) throw invalid(...problems);
    const taken = await store.takeInvitation(codeHash);
    if (!taken) throw new AppError('forbidden', 'This invitation is used up, expired or unknown');
    try {
      return await createPerson({ ...person, role: taken.role });
    } catch (error) {
      await store.giveInvitationBack(codeHash);
      throw error;
    }
  }

  async function setPassword(account: Account, password: string): Promise<void> {
    const problem = passwordProblem(password, { username: account.username });
    if (problem) throw invalid({ field: 'password', code: 'ERR_INVALID', message: problem });
    await store.setCredentials(account._id, { passwordHash: await hashPassword(password) });
  }

  return { createPerson, signUp, setPassword };
}
