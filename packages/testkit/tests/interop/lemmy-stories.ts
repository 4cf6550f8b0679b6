/** What becomes of everything that Lemmy was recorded to send. */
import { type Expected, liked } from './tell.ts';

const enterprise = 'http://enterprise.lemmy.ml';
const ds9 = 'http://ds9.lemmy.ml';
const main = `${enterprise}/c/main`;
const tenforward = `${enterprise}/c/tenforward`;
const alpha = `${ds9}/u/lemmy_alpha`;
const beta = `${enterprise}/u/lemmy_beta`;
const picard = `${enterprise}/u/picard`;
const PAGE = 'activities/create_or_update/create_page.json';
const COMMENT = 'activities/create_or_update/create_comment.json';
const MESSAGE = 'activities/create_or_update/create_private_message.json';

/** lemmy_alpha is a member of our group. */
const home = { ours: { [main]: 'group' as const }, joins: [alpha] };
/** A group of theirs passes it on. */
const relayed = { relayedBy: main };
/** As the group is recorded its `featured` has two slashes, and what is added to it has one. */
const oneSlash = { [`${ds9}/c/main//featured`]: `${ds9}/c/main/featured` as const };
/** amina is a member of a group of theirs. */
const member = { follows: [main], relayedBy: main };

export const stories: Expected[] = [
  {
    file: PAGE,
    title: 'a member posts into our group',
    ...home,
    outcome: 'applied: stored',
    sees: { by: alpha, text: 'test body', title: 'test post', visibility: 'public', inGroup: true },
  },
  {
    file: PAGE,
    title: 'a group of theirs relays a post, which its origin confirms',
    ...member,
    outcome: 'applied: stored',
    sees: { by: alpha, text: 'test body', title: 'test post', visibility: 'public', inGroup: true },
  },
  {
    file: PAGE,
    title: 'what a group relays and its origin does not have is nothing',
    ...member,
    gone: [`${ds9}/post/1`],
    outcome: 'ignored: the origin does not have it',
  },
  {
    file: COMMENT,
    title: 'a comment in our group hangs below its post',
    ...home,
    before: [PAGE],
    outcome: 'applied: stored',
    sees: { by: alpha, text: 'hello', visibility: 'public', inGroup: true },
  },
  {
    file: COMMENT,
    title: 'a comment that a group of theirs relays',
    ...member,
    before: [PAGE],
    outcome: 'applied: stored',
    sees: { by: alpha, text: 'hello', visibility: 'public', inGroup: true },
  },
  {
    file: 'activities/create_or_update/update_page.json',
    title: 'an edit changes the title',
    ...home,
    before: [PAGE],
    outcome: 'applied: edited',
    sees: {
      by: alpha,
      text: 'test body',
      title: 'test post 1',
      visibility: 'public',
      inGroup: true,
    },
  },
  {
    file: MESSAGE,
    title: 'a private message is for the one whom it names',
    ours: { [alpha]: 'amina' },
    outcome: 'applied: stored',
    sees: { by: beta, text: 'hello', visibility: 'direct' },
  },
  {
    file: 'activities/create_or_update/create_private_message_0.19.json',
    title: 'a ChatMessage is a private message',
    ours: { 'https://voyager.lemmy.ml/u/nutomic': 'amina' },
    outcome: 'applied: stored',
    sees: { by: `${enterprise}/u/nutomic`, text: 'hi!', visibility: 'direct' },
  },
  {
    file: 'objects/private_message.json',
    title: 'a private message to somebody else is not for us',
    outcome: 'ignored: addressed to nobody here',
  },
  {
    file: 'activities/deletion/delete_private_message.json',
    title: 'its author deletes a private message',
    ours: { [alpha]: 'amina' },
    before: [MESSAGE],
    outcome: 'applied: deleted',
  },
  {
    file: 'activities/deletion/undo_delete_private_message.json',
    title: 'a deleted message stays deleted',
    ours: { [alpha]: 'amina' },
    before: [MESSAGE, 'activities/deletion/delete_private_message.json'],
    outcome: 'ignored: nothing here handles Undo',
  },
  {
    file: 'activities/deletion/delete_page.json',
    title: 'its author deletes a post in our group',
    ...home,
    before: [PAGE],
    outcome: 'applied: deleted',
  },
  {
    file: 'activities/deletion/delete_page.json',
    title: 'a group of theirs relays a deletion, which its origin confirms',
    ...member,
    before: [PAGE],
    gone: [`${ds9}/post/1`],
    outcome: 'applied: deleted',
  },
  {
    file: 'activities/deletion/undo_delete_page.json',
    title: 'a deleted post stays deleted',
    ...home,
    before: [PAGE, 'activities/deletion/delete_page.json'],
    outcome: 'ignored: nothing here handles Undo',
  },
  {
    file: 'activities/deletion/remove_note.json',
    title: 'a moderator of their group takes a comment out of it',
    ...member,
    before: [PAGE, COMMENT],
    outcome: 'applied: deleted',
  },
  {
    file: 'activities/deletion/remove_note.json',
    title: 'who moderates nothing here takes nothing out of our group',
    ...home,
    before: [PAGE, COMMENT],
    outcome: 'rejected: not its author',
    check: (t, { seen }) => t.truthy(seen, 'it is still there'),
  },
  {
    file: 'activities/deletion/remove_note.json',
    title: 'a group of theirs takes nothing out that is not in it',
    ours: { [`${ds9}/comment/1`]: 'comment' },
    ...relayed,
    outcome: 'rejected: not its author',
    check: (t, { seen }) => t.truthy(seen, 'it is still there'),
  },
  {
    file: 'activities/community/update_community.json',
    title: 'a group says nothing of another group',
    relayedBy: `${ds9}/c/main`,
    outcome: 'rejected: relayed without proof',
  },
  {
    file: 'activities/deletion/undo_remove_note.json',
    title: 'what was taken out stays out',
    ...member,
    before: [PAGE, COMMENT, 'activities/deletion/remove_note.json'],
    outcome: "rejected: the object is not the actor's",
  },
  {
    file: 'activities/deletion/delete_user.json',
    title: 'a deleted account goes with what it wrote',
    ...home,
    before: [PAGE],
    gone: [alpha],
    outcome: 'applied: account gone',
    check: async (t, { peer }, app) => {
      const post = await app.apis.posts.byIri(peer.here(`${ds9}/post/1`));
      t.true(post === null || post.deletedAt !== undefined);
    },
  },
  {
    file: 'activities/deletion/delete_user.json',
    title: 'an account that is still there is not deleted',
    ...home,
    before: [PAGE],
    outcome: 'rejected: the actor is still there',
  },
  {
    file: 'activities/community/announce_create_page.json',
    title: 'a group of theirs relays a post of its own server',
    follows: [main],
    outcome: 'applied: stored',
    check: async (t, { peer }, app) => {
      const post = await app.apis.posts.byIri(peer.here(`${enterprise}/post/7`));
      t.is(post?.title, 'post 4');
      t.is((await app.apis.accounts.get(post?.author ?? ''))?.iri, peer.here(beta));
    },
  },
  {
    file: 'activities/community/add_featured_post.json',
    title: 'a moderator of their group pins a post',
    follows: [`${ds9}/c/main`],
    relayedBy: `${ds9}/c/main`,
    before: [PAGE],
    ours: { ...oneSlash, [`${ds9}/post/2`]: `${ds9}/post/1` },
    outcome: 'applied: done',
  },
  {
    file: 'activities/community/remove_featured_post.json',
    title: 'what is not pinned is not unpinned',
    ours: oneSlash,
    follows: [`${ds9}/c/main`],
    relayedBy: `${ds9}/c/main`,
    outcome: 'ignored: no post of this group',
  },
  {
    file: 'activities/community/add_mod.json',
    title: 'their group has a new moderator',
    ...member,
    outcome: 'applied: done',
  },
  {
    file: 'activities/community/remove_mod.json',
    title: 'their group has a moderator less',
    ...member,
    before: ['activities/community/add_mod.json'],
    outcome: 'applied: done',
  },
  ...['lock_note', 'lock_page', 'undo_lock_note', 'undo_lock_page'].map((name) => ({
    file: `activities/community/${name}.json`,
    title: 'closing a thread is a thing that we have not',
    outcome: `ignored: nothing here handles ${name.startsWith('undo') ? 'Undo' : 'Lock'}`,
  })),
  {
    file: 'activities/community/report_page.json',
    title: 'a post of ours is reported, with the reason',
    ours: { [`${enterprise}/post/7`]: 'post' },
    outcome: 'applied: done',
    check: async (t, { post }, app) => {
      const { token } = await app.person('boss', { role: 'admin' });
      const { json } = await app.request('GET', '/api/mitoyen/v1/admin/reports', { token });
      t.is(json[0].comment, 'report this post');
      t.is(json[0].statuses[0].id, post.id);
    },
  },
  {
    file: 'activities/community/resolve_report_page.json',
    title: 'that a report was dealt with elsewhere changes nothing here',
    outcome: 'ignored: nothing here handles Resolve',
  },
  {
    file: 'activities/community/update_community.json',
    title: 'what a moderator changed in their group is asked of the group',
    ...member,
    outcome: 'applied: profile updated',
    check: async (t, { peer }, app) => {
      const group = await app.apis.accounts.byIri(peer.here(main));
      t.is(group?.displayName, 'The Updated Community');
    },
  },
  {
    file: 'activities/community/update_community.json',
    title: 'nobody but the group itself says what it is',
    outcome: "rejected: the object is not the actor's",
  },
  {
    file: 'activities/community/warn.json',
    title: 'a warning of theirs is not shown',
    outcome: 'ignored: nothing here handles Warn',
  },
  {
    file: 'activities/block/block_user.json',
    title: 'a ban from their group is between it and the banned',
    outcome: 'ignored: nothing here handles Block',
  },
  {
    file: 'activities/block/undo_block_user.json',
    title: 'so is its end',
    outcome: 'ignored: nobody here was blocked',
  },
  {
    file: 'activities/following/follow.json',
    title: 'somebody joins our group, and is told so',
    ours: { [main]: 'group' },
    outcome: 'applied: done',
  },
  {
    file: 'activities/following/undo_follow.json',
    title: 'a member leaves our group, under an id that nobody saw',
    ours: { [main]: 'group' },
    before: ['activities/following/follow.json'],
    outcome: 'applied: has left',
  },
  {
    file: 'activities/following/accept.json',
    title: 'nobody here asked for what is accepted',
    outcome: 'ignored: nothing here handles Accept',
  },
  {
    file: 'activities/voting/like_note.json',
    title: 'a comment of ours is liked',
    ours: { [`${ds9}/comment/1`]: 'comment' },
    outcome: 'applied: reaction',
    check: liked(1),
  },
  {
    file: 'activities/voting/like_note.json',
    title: 'a group does not like in the name of people elsewhere',
    ours: { [`${ds9}/comment/1`]: 'comment' },
    relayedBy: main,
    outcome: 'rejected: relayed without proof',
    check: liked(0),
  },
  {
    file: 'activities/voting/like_note.json',
    title: 'a group relays the like of somebody on its own server',
    ours: { [`${ds9}/comment/1`]: 'comment' },
    relayedBy: main,
    change: (activity, peer) => ({
      ...activity,
      id: peer.here(`${enterprise}/activities/like/1`),
      actor: peer.here(beta),
    }),
    outcome: 'applied: reaction',
  },
  {
    file: 'activities/voting/undo_like_note.json',
    title: 'the like is taken back, under an id that nobody saw',
    ours: { [`${ds9}/comment/1`]: 'comment' },
    before: ['activities/voting/like_note.json'],
    outcome: 'applied: reaction undone',
    check: liked(0),
  },
  {
    file: 'activities/voting/dislike_page.json',
    title: 'there are no dislikes here',
    ours: { [`${ds9}/post/1`]: 'post' },
    outcome: 'ignored: nothing here handles Dislike',
  },
  {
    file: 'activities/voting/undo_dislike_page.json',
    title: 'so none is taken back',
    ours: { [`${ds9}/post/1`]: 'post' },
    outcome: 'ignored: not here; remembered as undone',
  },
  {
    file: 'objects/comment.json',
    title: 'a comment in our group',
    ours: { [tenforward]: 'group' },
    joins: [picard],
    before: ['objects/page.json'],
    outcome: 'applied: stored',
    sees: { by: picard, text: 'first comment!', visibility: 'public', inGroup: true },
  },
  {
    file: 'objects/page.json',
    title: 'a post with a picture that a group of theirs relays',
    follows: [tenforward],
    relayedBy: tenforward,
    outcome: 'applied: stored',
    sees: {
      by: picard,
      text: 'This is a post in the /c/tenforward community',
      title: 'Post title',
      visibility: 'public',
      inGroup: true,
    },
  },
  {
    file: 'objects/page_image_and_link.json',
    title: 'a post with a picture and a link shows both',
    follows: [tenforward],
    relayedBy: tenforward,
    outcome: 'applied: stored',
    sees: {
      by: picard,
      text: 'https://example.com/some-article',
      title: 'Post with image and link',
      visibility: 'public',
      inGroup: true,
    },
    check: (t, { seen }) => t.is(seen.media_attachments.length, 1),
  },
  {
    file: 'objects/group.json',
    title: 'what a group says of itself is kept',
    outcome: 'applied: profile updated',
  },
  {
    file: 'objects/person.json',
    title: 'a profile is kept',
    outcome: 'applied: profile updated',
  },
  {
    file: 'objects/instance.json',
    title: 'the actor of a server is kept as such',
    outcome: 'applied: profile updated',
  },
  {
    file: 'objects/tombstone.json',
    title: 'a deletion of something that we never had is remembered',
    by: 'https://lemmy.ml/u/somebody',
    outcome: 'ignored: not here; remembered as deleted',
  },
  ...['featured_posts', 'followers', 'moderators', 'outbox'].map((name) => ({
    file: `collections/group_${name}.json`,
    title: 'a collection is no activity',
    by: main,
    outcome: 'rejected: no actor',
  })),
  {
    file: 'collections/person_outbox.json',
    title: 'a collection is no activity',
    by: alpha,
    outcome: 'rejected: no actor',
  },
];
