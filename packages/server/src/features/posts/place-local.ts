/** Where what a person here writes belongs, and for whom it is: comments, groups, messages. */
import { iriHost } from '@mitoyen/protocol';
import type { Apis } from '../../apis.ts';
import { AppError, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import { type Account, isColleague } from '../accounts/account.ts';
import type { Conversation } from '../conversations/conversations.ts';
import { reachOf } from '../groups/group.ts';
import { type Placement, placeComment, placeTopLevel } from './audience.ts';
import type { Post } from './post.ts';
import type { RenderedText } from './post-text.ts';
import type { NewPost } from './posts.ts';

const MOST_PARTICIPANTS = 50;

/** @throws AppError where its author may not write there, or to whom it names */
export type PlaceLocal = (
  input: NewPost,
  parent: Post | null,
  rendered: RenderedText,
) => Promise<Placement>;

export function createPlaceLocal({ apis }: { apis: Apis }): PlaceLocal {
  return async function place(input, parent, rendered) {
    const { author } = input;
    const mentioned = rendered.people.map((account) => account._id);
    if (parent) {
      const isDirect = parent.audience === 'direct' || input.audience === 'direct';
      const group =
        parent.group && !isDirect
          ? await apis.groups.authorizePost(author, parent.group, { comment: true })
          : null;
      return placeComment(parent, {
        author: author._id,
        audience: input.audience,
        mentioned,
        ...(group && { groupReach: reachOf(group) }),
        ...(isDirect && { conversation: await conversationFor(input, mentioned, parent) }),
      });
    }
    const target = targetGroup(input, rendered);
    if (target) {
      const group = await apis.groups.authorizePost(author, target);
      return placeTopLevel({
        author: author._id,
        audience: 'group',
        mentioned,
        group: { id: group._id, reach: reachOf(group) },
      });
    }
    if (input.audience === 'group')
      throw invalid({ field: 'group_id', code: 'ERR_BLANK', message: "can't be blank" });
    if (input.audience === 'direct') {
      return placeTopLevel({
        author: author._id,
        audience: 'direct',
        mentioned,
        conversation: await conversationFor(input, mentioned, null),
      });
    }
    // Guests write where they were invited to, and to people.
    if (!isColleague(author)) throw forbidden('Guests can post in their groups and write messages');
    return placeTopLevel({ author: author._id, audience: input.audience, mentioned });
  };

  /** Mentioning a group at the top level posts into it: how plain Mastodon apps do it. */
  function targetGroup(input: NewPost, rendered: RenderedText): string | null {
    if (input.group) return input.group;
    const [group, ...more] = rendered.groups;
    return group && more.length === 0 && input.audience !== 'direct' ? group._id : null;
  }

  async function conversationFor(input: NewPost, mentioned: string[], parent: Post | null) {
    const { author } = input;
    const before = await conversationBefore(input, parent);
    if (before?.iri !== undefined) return inTalk(before, input, mentioned);
    const parentAuthor = parent && parent.audience !== 'direct' ? [parent.author] : [];
    const participants = [
      ...new Set([author._id, ...mentioned, ...parentAuthor, ...(before?.participants ?? [])]),
    ];
    if (participants.length > MOST_PARTICIPANTS)
      throw new AppError('invalid', `A message can have ${MOST_PARTICIPANTS} people at most`);
    await checkReachable(
      author,
      participants.filter((id) => id !== author._id),
    );
    const conversation = await apis.conversations.ensure(participants);
    return { id: conversation._id, participants: conversation.participants };
  }

  async function conversationBefore({ conversation, author }: NewPost, parent: Post | null) {
    if (conversation === undefined)
      return parent?.audience === 'direct' && parent.conversation
        ? apis.conversations.get(parent.conversation)
        : null;
    const named = await apis.conversations.get(conversation);
    if (!named?.participants.includes(author._id)) throw notFound();
    return named;
  }

  /**
   * In a group chat all who take part are written to, and whom the message adds. Who cannot be
   * reached any more (an agreement ended) is left out, so that the others can go on.
   */
  async function inTalk(talk: Conversation, input: NewPost, mentioned: string[]) {
    const people = [...talk.participants, ...(input.talk?.people ?? [])];
    if (!talk.participants.includes(input.author._id)) throw notFound();
    if (mentioned.some((one) => !people.includes(one)))
      throw invalid({
        field: 'status',
        code: 'ERR_INVALID',
        message: 'names somebody who is not in this chat: add them first',
      });
    const reached = (await apis.accounts.getMany(people)).filter(
      (one) => one.domain === null || apis.policy.allows(iriHost(one.iri), 'messages'),
    );
    return { id: talk._id, participants: reached.map((one) => one._id) };
  }

  /** A message that somebody would never get is refused, not lost. */
  async function checkReachable(author: Account, others: string[]): Promise<void> {
    for (const other of await apis.accounts.getMany(others)) {
      if (await apis.relations.blockedEither(author._id, other._id))
        throw forbidden('You cannot write to this person');
      if (other.domain !== null && !apis.policy.allows(iriHost(other.iri), 'messages'))
        throw forbidden(`No agreement with ${other.domain} covers messages`);
    }
  }
}
