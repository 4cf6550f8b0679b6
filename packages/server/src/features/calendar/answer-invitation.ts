/** Somebody says whether they come to an event: here, or elsewhere to an event of ours. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, invalid, notFound } from '../../platform/app-error.ts';
import type { Account } from '../accounts/account.ts';
import { endOf, hasEvent, type WithEvent } from '../posts/event.ts';
import { type Post, scopeOf } from '../posts/post.ts';
import type { Answer, Attendance } from './attendance.ts';
import type { AttendanceStore } from './attendance-store.ts';

/** Times that an answer is written where another one came in between. */
const MOST_TRIES = 3;

export type AnswerInvitation = ReturnType<typeof createAnswerInvitation>;

export function createAnswerInvitation(deps: { kit: Kit; apis: Apis; store: AttendanceStore }) {
  const { kit, apis, store } = deps;
  const refusal = (field: string, message: string) =>
    invalid({ field, code: 'ERR_INVALID', message });

  async function find(id: string, viewer: Account): Promise<WithEvent> {
    const post = await apis.posts.visible(id, viewer);
    if (!hasEvent(post)) throw notFound();
    return post;
  }

  /** Who invites comes, until they say otherwise: the first place is theirs. */
  async function seatHost({ _id: post, author, iri, publishedAt }: WithEvent): Promise<void> {
    if (await store.of(post, author)) return;
    const row: Attendance = {
      _id: kit.nextId(),
      post,
      account: author,
      answer: 'going',
      state: 'accepted',
      iri: `${iri}#host`,
      local: true,
      at: publishedAt,
    };
    await store.put(row, null);
  }

  async function answer(id: string, account: Account, wanted: Answer): Promise<void> {
    const post = await find(id, account);
    const { event } = post;
    if (event.cancelled) throw refusal('answer', 'is late: the event was called off');
    if (endOf(event) < kit.clock.now()) throw refusal('answer', 'is late: the event is over');
    if (!post.local) await checkReachable(post, wanted);
    if (post.local) await seatHost(post);
    const row = await write(post, account, wanted);
    if (post.local) await recount(post._id);
    await kit.pending.kick('attendances', row._id);
  }

  async function checkReachable(post: WithEvent, wanted: Answer): Promise<void> {
    const { joinMode } = post.event;
    if (wanted !== 'declined' && (joinMode === 'external' || joinMode === 'none'))
      throw refusal('answer', `is not taken here: see ${post.url}`);
    if (!isAllowed(post, iriHost(post.iri)))
      throw refusal('answer', 'cannot be sent: no agreement covers it');
  }

  function isAllowed(post: Post, host: string): boolean {
    return apis.policy.allows(host, scopeOf(post), post.group);
  }

  async function write(post: WithEvent, account: Account, wanted: Answer): Promise<Attendance> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const before = await store.of(post._id, account._id);
      if (before?.answer === wanted && before.state !== 'rejected') return before;
      const row = rowOf(post, account, wanted, before);
      const was = before ? { was: before.answer, wasIri: before.iri } : undefined;
      const entry = kit.pending.entry('attendance.answered', { ...was, iri: row.iri });
      const written = await store.put(row, before, entry);
      if (!written) continue;
      if (await isInTime(post, written)) return written;
      // Others were there first: as if nothing had been said.
      await store.put({ ...written, ...(before ?? { answer: 'declined' }) }, written);
      // Somebody may have counted it meanwhile: the pending event counts again.
      await kit.pending.kick('attendances', written._id);
      throw refusal('answer', 'is late: every place is taken');
    }
    throw new AppError('conflict', 'You are answering somewhere else at this moment; try again');
  }

  function rowOf(
    post: WithEvent,
    account: Account,
    answer: Answer,
    before: Attendance | null,
  ): Attendance {
    const _id = before?._id ?? kit.nextId();
    const at = Math.max(kit.clock.now(), (before?.at ?? 0) + 1);
    const waits = !post.local && answer === 'going';
    return {
      _id,
      post: post._id,
      account: account._id,
      answer,
      state: waits ? 'asked' : 'accepted',
      iri: `${account.iri}#answers/${_id}/${at}`,
      local: true,
      at,
    };
  }

  /** Whether there is a place for this one, by the order in which people answered. */
  async function isInTime({ local, event, _id }: WithEvent, row: Attendance): Promise<boolean> {
    if (!local || row.answer !== 'going' || event.capacity === undefined) return true;
    return (await store.before(_id, row)) < event.capacity;
  }

  /** From elsewhere, to an event of ours. Idempotent. */
  async function receive(
    post: WithEvent,
    account: Account,
    said: { answer: Answer; iri: string },
  ): Promise<{ kind: 'answered' | 'known' } | { kind: 'refused'; reason: string }> {
    const reason = await unfit(post, account, said.answer);
    if (reason) return { kind: 'refused', reason };
    await seatHost(post);
    const before = await store.of(post._id, account._id);
    if (before?.iri === said.iri) return { kind: 'known' };
    const row: Attendance = {
      ...rowOf(post, account, said.answer, before),
      state: 'accepted',
      iri: said.iri,
      local: false,
    };
    const written = await store.put(row, before);
    if (!written) throw new Error('the answer changed in the same moment');
    const inTime = await isInTime(post, written);
    if (!inTime) await store.put({ ...written, answer: 'declined' }, written);
    await recount(post._id);
    return inTime ? { kind: 'answered' } : { kind: 'refused', reason: 'every place is taken' };
  }

  async function unfit(post: WithEvent, account: Account, said: Answer): Promise<string | null> {
    if (!isAllowed(post, iriHost(account.iri))) return 'the agreement does not allow it';
    const [seen] = await apis.posts.visibleMany([post._id], account, { hideMuted: false });
    if (!seen) return 'the event is not for this person';
    if (await apis.relations.blockedEither(account._id, post.author)) return 'blocked';
    if (said === 'declined') return null;
    if (post.event.cancelled) return 'called off';
    return endOf(post.event) < kit.clock.now() ? 'over' : null;
  }

  /** The numbers of an event of ours follow from its answers. */
  async function recount(post: string): Promise<void> {
    const [going, maybe] = await Promise.all([
      store.count(post, 'going'),
      store.count(post, 'maybe'),
    ]);
    await apis.posts.setAttendance(post, { going, maybe });
  }

  return { find, answer, receive, recount, seatHost };
}
