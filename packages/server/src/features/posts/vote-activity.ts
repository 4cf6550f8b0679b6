/** Votes on the wire: a Create of a Note with nothing but the name of the option, as Mastodon does it. */
import { buildActivityDocument, type JsonObject, type RemoteNote } from '@mitoyen/federation';
import type { Account } from '../accounts/account.ts';
import type { PollVote } from './poll-vote-store.ts';
import type { WithPoll } from './vote-in-poll.ts';

export function voteActivities(
  vote: PollVote,
  post: WithPoll,
  parties: { voter: Account; author: Account },
): (JsonObject & { id: string })[] {
  const { voter, author } = parties;
  return vote.choices.map((choice) => {
    const id = `${voter.iri}#votes/${vote._id}/${choice}`;
    return buildActivityDocument('Create', {
      id: `${id}/activity`,
      actor: voter.iri,
      to: [author.iri],
      object: {
        id,
        type: 'Note',
        name: post.poll.options[choice],
        attributedTo: voter.iri,
        inReplyTo: post.iri,
        published: new Date(vote.at).toISOString(),
        to: [author.iri],
      },
    });
  });
}

/** The option that a Note votes for; null where it is no vote but something said. */
export function votedOption(note: RemoteNote): string | null {
  return note.type === 'Note' && note.name && note.content === '' && note.inReplyTo
    ? note.name
    : null;
}
