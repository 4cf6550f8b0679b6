/** What becomes of everything that Mastodon was recorded to send. */
import { type Expected, liked } from './tell.ts';

const felix = 'https://mastodon.madrid/users/felix';
const NOTE = `${felix}/statuses/107224289116410645`;
const tested = 'https://masto.qa.urbanwildlife.biz/users/mastodon';
const kde = 'https://floss.social/users/kde';
const testcom = 'https://ds9.lemmy.ml/c/testcom';
const nutomic = 'https://mastodon.world/users/nutomic';

export const stories: Expected[] = [
  {
    file: 'activities/create_note.json',
    title: 'an answer that is for followers first and everybody second is unlisted',
    follows: [felix],
    outcome: 'applied: stored',
    sees: { by: felix, text: 'never been disappointed by a thinkpad', visibility: 'unlisted' },
  },
  {
    file: 'objects/note_1.json',
    title: 'the same post comes once, however often it is sent',
    follows: [felix],
    before: ['activities/create_note.json'],
    outcome: 'ignored: known',
    sees: { by: felix, text: 'never been disappointed by a thinkpad', visibility: 'unlisted' },
  },
  {
    file: 'objects/note_2.json',
    title: 'a post that mentions a group elsewhere is shown to followers of its author',
    follows: [kde],
    outcome: 'applied: stored',
    sees: { by: kde, text: 'We also need funding', visibility: 'public' },
  },
  {
    file: 'objects/note_2.json',
    title: 'nobody who did not ask gets it',
    outcome: 'ignored: nobody here asked for it',
  },
  {
    file: 'objects/page.json',
    title: 'a member posts into our group by mentioning it',
    ours: { 'https://enterprise.lemmy.ml/c/tenforward': 'group' },
    joins: [tested],
    outcome: 'applied: stored',
    sees: {
      by: tested,
      text: 'Is there a function to reset it',
      visibility: 'public',
      inGroup: true,
    },
  },
  {
    file: 'objects/page.json',
    title: 'who is no member does not post into our group',
    ours: { 'https://enterprise.lemmy.ml/c/tenforward': 'group' },
    outcome: 'ignored: only members post into this group',
  },
  {
    file: 'activities/delete.json',
    title: 'the post is gone',
    follows: [felix],
    ours: { [NOTE]: `${felix}/statuses/107773559874184870` },
    before: ['objects/note_1.json'],
    outcome: 'applied: deleted',
  },
  {
    file: 'activities/private_message.json',
    title: 'a direct message is for the one whom it names',
    ours: { 'https://ds9.lemmy.ml/u/nutomic': 'amina' },
    outcome: 'applied: stored',
    sees: { by: nutomic, text: '444', visibility: 'direct' },
  },
  {
    file: 'activities/follow.json',
    title: 'somebody joins our group, and is told so',
    ours: { [testcom]: 'group' },
    outcome: 'applied: done',
    check: (t, { peer, group }) => {
      const accept = peer.received.find((one) => one.type === 'Accept');
      t.is((accept?.object as { object: string } | undefined)?.object, accept?.actor as string);
      t.truthy(group);
    },
  },
  {
    file: 'activities/follow.json',
    title: 'somebody follows a person, and is told so',
    ours: { [testcom]: 'leo' },
    outcome: 'applied: follow accepted',
    check: (t, { peer }) => {
      t.is(peer.received.filter((one) => one.type === 'Accept').length, 1);
    },
  },
  {
    file: 'activities/undo_follow.json',
    title: 'the follow is over',
    ours: { [testcom]: 'leo' },
    before: ['activities/follow.json'],
    outcome: 'applied: follow withdrawn',
  },
  {
    file: 'activities/undo_follow.json',
    title: 'who joined our group leaves it',
    ours: { [testcom]: 'group' },
    before: ['activities/follow.json'],
    outcome: 'applied: has left',
  },
  {
    file: 'activities/like_page.json',
    title: 'our post is liked',
    ours: { 'https://ds9.lemmy.ml/post/147': 'post' },
    outcome: 'applied: reaction',
    check: liked(1),
  },
  {
    file: 'activities/undo_like_page.json',
    title: 'the like is taken back, though under an id that nobody saw',
    ours: { 'https://ds9.lemmy.ml/post/147': 'post' },
    before: ['activities/like_page.json'],
    outcome: 'applied: reaction undone',
    check: liked(0),
  },
  {
    file: 'activities/flag.json',
    title: 'a report about a person and a post of ours',
    ours: {
      'https://example.com/users/1': 'amina',
      'https://example.com/posts/380590': 'post',
    },
    outcome: 'applied: done',
    check: async (t, { post, peer }, app) => {
      const { token } = await app.person('boss', { role: 'admin' });
      const { json } = await app.request('GET', '/api/mitoyen/v1/admin/reports', { token });
      t.is(json.length, 1);
      t.is(json[0].comment, 'Please take a look at this user and their posts');
      t.is(json[0].target_account.username, 'amina');
      t.is(json[0].host, new URL(peer.here('https://mastodon.example/actor')).host);
      t.is(json[0].statuses[0].id, post.id);
    },
  },
  {
    file: 'objects/person.json',
    title: 'the profile is kept',
    outcome: 'applied: profile updated',
  },
  {
    file: 'collections/featured.json',
    title: 'a collection is no activity',
    by: 'https://mastodon.social/users/LemmyDev',
    outcome: 'rejected: no actor',
  },
];
