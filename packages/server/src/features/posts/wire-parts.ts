/** What a post holds beside its text, in the words of the wire: pure. */
import type { EventFacts, PollFacts, PraiseFacts, TalkFacts } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import type { PostTalk } from '../conversations/talk.ts';
import type { PostEvent } from './event.ts';
import { isOver, type Poll } from './poll.ts';
import type { PostPraise } from './praise.ts';

export function wireEvent(event: PostEvent): EventFacts {
  const { startsAt, endsAt, timeZone, location, link, capacity, cancelled } = event;
  return {
    startTime: new Date(startsAt).toISOString(),
    ...(endsAt && { endTime: new Date(endsAt).toISOString() }),
    ...(timeZone && { timeZone }),
    ...(location && { location }),
    ...(link && { link }),
    ...(capacity && { capacity }),
    participants: event.going,
    maybes: event.maybe,
    cancelled,
  };
}

export function wirePraise({ badge, people, text }: PostPraise, mentioned: Account[]): PraiseFacts {
  const praised = mentioned.filter((one) => people.includes(one._id));
  return { badge, people: praised.map((one) => one.iri), content: text };
}

export function wireTalk({ name, change, people = [] }: PostTalk, parties: Account[]): TalkFacts {
  const added = parties.filter((one) => people.includes(one._id));
  return { name, ...(change && { change }), people: added.map((one) => one.iri) };
}

export function wirePoll(poll: Poll, now: number): PollFacts {
  const over = isOver(poll, now);
  return {
    multiple: poll.multiple,
    options: poll.options.map((name, index) => ({
      name,
      votes: poll.hideTotals && !over ? 0 : (poll.counts[index] ?? 0),
    })),
    voters: poll.voters,
    ...(poll.endsAt && { endTime: new Date(poll.endsAt).toISOString() }),
    ...(over && { closed: new Date(poll.closedAt ?? poll.endsAt ?? now).toISOString() }),
  };
}
