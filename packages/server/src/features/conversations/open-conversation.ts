/** Opens the conversation with some people, before anything is said in it. */
import { iriHost, isId } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { type FieldProblem, invalid } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Conversation } from './conversations.ts';
import { conversationKey } from './message.ts';

export function createOpenConversation(deps: { kit: Kit; apis: Apis; store: ConversationStore }) {
  const { kit, apis, store } = deps;

  function ensure(people: string[]): Promise<Conversation> {
    const participants = [...new Set(people)].sort();
    return store.ensure({
      _id: kit.nextId(),
      key: conversationKey(participants),
      participants,
      lastAt: 0,
      unread: [],
      hidden: [],
    });
  }

  async function open(by: Account, names: string[]): Promise<Conversation> {
    const others = await resolveAll(by, names);
    return ensure([by._id, ...others.map(({ _id }) => _id)]);
  }

  /** @param names account ids or handles; every problem is told at once */
  async function resolveAll(by: Account, names: string[]): Promise<Account[]> {
    const most = kit.config.limits.post_mentions;
    if (names.length > most) throw invalid(problem(`names more than ${most} people`));
    const found = await Promise.all(names.map((name) => resolve(by, name)));
    const problems = found.flatMap((one) => (one.kind === 'problem' ? [one.problem] : []));
    if (problems.length > 0) throw invalid(...problems);
    return found.flatMap((one) => (one.kind === 'account' ? [one.account] : []));
  }

  type Resolved =
    | { kind: 'account'; account: Account }
    | { kind: 'problem'; problem: FieldProblem };

  async function resolve(by: Account, given: string): Promise<Resolved> {
    const name = given.trim().replace(/^@/, '');
    const account = await find(name);
    // Somebody who blocked you looks like somebody who is not there.
    const hidden =
      account !== null &&
      account._id !== by._id &&
      (await apis.relations.blockedEither(by._id, account._id));
    if (!account || hidden || account.state !== 'active' || isNoCorrespondent(account)) {
      return { kind: 'problem', problem: problem(`has nobody named ${given}`) };
    }
    if (account.domain !== null && !apis.policy.allows(iriHost(account.iri), 'messages')) {
      const reason = `names ${given}, to whose server no agreement covers messages`;
      return { kind: 'problem', problem: problem(reason) };
    }
    return { kind: 'account', account };
  }

  async function find(name: string): Promise<Account | null> {
    if (isId(name)) return apis.accounts.get(name);
    const known = await apis.accounts.byHandle(name.toLowerCase());
    return known ?? (name.includes('@') ? apis.accounts.resolveHandle(name) : null);
  }

  return { ensure, open, resolveAll };
}

function isNoCorrespondent(account: Account): boolean {
  return account.kind === 'group' || account.kind === 'application';
}

function problem(message: string): FieldProblem {
  return { field: 'accounts', code: 'ERR_INVALID', message };
}
