/** Following, here and across the wall. A follow counts only after it was accepted. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { DomainEvent, EventName } from '../../events.ts';
import type { Kit } from '../../kit.ts';
import { AppError, forbidden, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import type { RelationStore } from './relation-store.ts';
import type { Follow } from './relations.ts';

const MOST_FOLLOWS = 10_000;

/** What an app says of a follow; languages that it leaves out stay as they are. */
export type FollowOptions = { showShares?: boolean; notify?: boolean; languages?: string[] };
type FollowWishes = Pick<Follow, 'showShares' | 'notify' | 'languages'>;

function wishesOf(options: FollowOptions, before: Follow | null): FollowWishes {
  const isLive = before?.state === 'accepted' || before?.state === 'requested';
  const languages = options.languages ?? (isLive ? before.languages : undefined) ?? [];
  return {
    showShares: options.showShares ?? true,
    notify: options.notify ?? false,
    // No language named: all of them.
    ...(languages.length > 0 && { languages }),
  };
}

export type FollowPeople = ReturnType<typeof createFollowPeople>;

export function createFollowPeople(deps: { kit: Kit; apis: Apis; store: RelationStore }) {
  const { kit, apis, store } = deps;

  /** A local person follows somebody: accepted at once where nothing stands against it, else a request. */
  async function follow(
    follower: Account,
    target: Account,
    options: FollowOptions = {},
  ): Promise<Follow> {
    await authorize(follower, target);
    const direct = target.domain === null && !target.locked;
    const existing = await store.followOf(follower._id, target._id);
    const wishes = wishesOf(options, existing);
    if (existing && (existing.state === 'accepted' || existing.state === 'requested')) {
      await store.setFollow(existing._id, wishes, wishes.languages ? [] : ['languages']);
      apis.streaming.refresh(follower._id);
      const { languages: _, ...others } = existing;
      return { ...others, ...wishes };
    }
    if (existing) await store.removeFollow(existing._id);
    const made = newFollow(follower, target, direct ? 'accepted' : 'requested', wishes);
    if (!(await store.addFollow(made)))
      return (await store.followOf(follower._id, target._id)) ?? made;
    if (direct) await count(follower._id, target._id, 1);
    await kit.pending.kick('follows', made._id);
    return made;
  }

  async function authorize(follower: Account, target: Account): Promise<void> {
    if (follower._id === target._id) throw forbidden('You cannot follow yourself');
    if (target.state !== 'active' || target.kind === 'application') throw notFound();
    if (await apis.relations.blockedEither(follower._id, target._id))
      throw forbidden('This account cannot be followed');
    if (target.domain !== null && !apis.policy.allows(iriHost(target.iri), 'follow')) {
      throw forbidden('There is no agreement with this server that allows following');
    }
    if (follower.counts.following >= MOST_FOLLOWS)
      throw new AppError('invalid', `You can follow ${MOST_FOLLOWS} accounts at most`);
  }

  function newFollow(
    follower: Account,
    target: Account,
    state: Follow['state'],
    wishes: FollowWishes,
  ): Follow {
    const id = kit.nextId();
    const event: EventName = state === 'accepted' ? 'follow.accepted' : 'follow.requested';
    return {
      _id: id,
      follower: follower._id,
      target: target._id,
      state,
      iri: `${kit.baseUrl}/follows/${id}`,
      ...wishes,
      ...(target.domain !== null && { remoteHost: iriHost(target.iri) }),
      createdAt: kit.clock.now(),
      pending: [kit.pending.entry(event)],
    };
  }

  /** Ends a follow or takes a request back. */
  async function unfollow(follower: Account, target: Account): Promise<void> {
    const follow = await store.followOf(follower._id, target._id);
    if (follow) await end(follow, 'follow.ended');
  }

  /** `rejected`: the target's answer (or removal of a follower); `ended`: the follower's wish. */
  async function end(follow: Follow, event: 'follow.ended' | 'follow.rejected'): Promise<void> {
    const state = event === 'follow.ended' ? 'ended' : 'rejected';
    const before = await store.moveFollow(
      follow._id,
      ['requested', 'accepted'],
      { state, purge: true },
      kit.pending.entry(event),
    );
    if (!before) return;
    if (before.state === 'accepted') await count(follow.follower, follow.target, -1);
    await kit.pending.kick('follows', follow._id);
  }

  /** The target accepts a request. */
  async function accept(follow: Follow): Promise<void> {
    const before = await store.moveFollow(
      follow._id,
      ['requested'],
      { state: 'accepted' },
      kit.pending.entry('follow.accepted'),
    );
    if (!before) return;
    await count(follow.follower, follow.target, 1);
    await kit.pending.kick('follows', follow._id);
  }

  /** Somebody elsewhere follows a person here. Idempotent; a new id for the same pair replaces the old. */
  async function receive(follower: Account, target: Account, iri: string): Promise<Follow> {
    const existing = await store.followOf(follower._id, target._id);
    if (existing && (existing.state === 'accepted' || existing.state === 'requested')) {
      if (existing.iri !== iri) await store.setFollow(existing._id, { iri });
      // They ask again: our answer may have been lost.
      if (existing.state === 'accepted') await kit.events.emit(again(existing._id));
      return { ...existing, iri };
    }
    if (existing) await store.removeFollow(existing._id);
    // Who is heard by followers alone does not make himself heard: the person decides.
    const isSilenced =
      follower.restricted === 'silenced' ||
      apis.policy.restriction(iriHost(follower.iri))?.silence === true;
    const state = target.locked || isSilenced ? 'requested' : 'accepted';
    const follow: Follow = {
      _id: kit.nextId(),
      follower: follower._id,
      target: target._id,
      state,
      iri,
      showShares: true,
      notify: false,
      followerInbox: follower.sharedInbox ?? follower.inbox,
      remoteHost: iriHost(follower.iri),
      createdAt: kit.clock.now(),
      pending: [kit.pending.entry(state === 'accepted' ? 'follow.accepted' : 'follow.requested')],
    };
    if (!(await store.addFollow(follow))) return receive(follower, target, iri);
    if (state === 'accepted') await count(follower._id, target._id, 1);
    await kit.pending.kick('follows', follow._id);
    return follow;
  }

  const again = (id: string): DomainEvent => ({
    name: 'follow.accepted',
    id,
    local: true,
    data: { again: 'true' },
  });

  /** A remote target answered our request. */
  async function answered(follow: Follow, answer: 'accepted' | 'rejected'): Promise<boolean> {
    const from: Follow['state'][] =
      answer === 'accepted' ? ['requested'] : ['requested', 'accepted'];
    const before = await store.moveFollow(follow._id, from, { state: answer });
    if (!before) return false;
    if (answer === 'accepted') await count(follow.follower, follow.target, 1);
    else if (before.state === 'accepted') await count(follow.follower, follow.target, -1);
    await kit.events.emit({ name: `follow.${answer}`, id: follow._id, local: false, data: {} });
    if (answer === 'rejected') await store.removeFollow(follow._id);
    return true;
  }

  /** A remote follower took its follow back. */
  async function withdrawn(follow: Follow): Promise<void> {
    const before = await store.moveFollow(follow._id, ['requested', 'accepted'], {
      state: 'ended',
    });
    if (before?.state === 'accepted') await count(follow.follower, follow.target, -1);
    await kit.events.emit({ name: 'follow.ended', id: follow._id, local: false, data: {} });
    await store.removeFollow(follow._id);
  }

  /** Ends every follow with a host without telling it. */
  async function endHost(host: string): Promise<number> {
    let ended = 0;
    for (;;) {
      const rows = await store.followsOfHost(host, 500);
      if (rows.length === 0) return ended;
      for (const row of rows)
        if (row.state === 'accepted') await count(row.follower, row.target, -1);
      await store.removeFollows(rows.map((row) => row._id));
      ended += rows.length;
    }
  }

  async function count(follower: string, target: string, by: 1 | -1): Promise<void> {
    await Promise.all([
      apis.accounts.addCounts(follower, { following: by }),
      apis.accounts.addCounts(target, { followers: by }),
    ]);
  }

  return { follow, unfollow, end, accept, receive, answered, withdrawn, endHost };
}
