/** What becomes of everything that Friendica was recorded to send. */
import { type Expected, liked } from './tell.ts';

const jakob = 'https://soc.schuerz.at/profile/jakob';
const heluecht = 'https://pirati.ca/profile/heluecht';
const liwott = 'https://nerdica.net/profile/liwott';
const tested = 'https://masto.qa.urbanwildlife.biz/users/mastodon';
const testcom = 'https://ds9.lemmy.ml/c/testcom';
const LIKED = 'https://pirati.ca/objects/ec054ce7-2062-3bfa-8687-ca8313624820';
/** heluecht is a member of our group. */
const home = { ours: { [testcom]: 'group' as const }, joins: [heluecht] };

export const stories: Expected[] = [
  {
    file: 'activities/create_note.json',
    title: 'an answer to something that we do not have is a post of its author',
    follows: [jakob],
    outcome: 'applied: stored',
    sees: { by: jakob, text: /jakob<\/span><\/a> test|<\/a><\/span> test/, visibility: 'public' },
  },
  {
    file: 'objects/note_1.json',
    title: 'it mentions one of ours, who gets it without following anybody',
    ours: { 'https://lemmy.schuerz.at/u/jakob': 'amina' },
    outcome: 'applied: stored',
    sees: { by: jakob, text: ' test', visibility: 'public' },
  },
  {
    file: 'objects/note_2.json',
    title: 'a comment that quotes another keeps the quotation',
    follows: [liwott],
    outcome: 'applied: stored',
    sees: { by: liwott, text: 'Do your commenting tests here.', visibility: 'public' },
  },
  {
    file: 'activities/create_page_1.json',
    title: 'a Note that mentions our group is a post in it',
    ours: { 'https://lemmy.qa.urbanwildlife.biz/c/lemmy_community': 'group' },
    joins: [tested],
    outcome: 'applied: stored',
    sees: { by: tested, text: 'Test post to community', visibility: 'public', inGroup: true },
  },
  {
    file: 'activities/create_page_2.json',
    title: 'an Article to our group keeps its title',
    ...home,
    outcome: 'applied: stored',
    sees: {
      by: heluecht,
      text: 'Hello Lemmy!',
      title: 'From Friendica to Lemmy',
      visibility: 'public',
      inGroup: true,
    },
  },
  {
    file: 'objects/page_2.json',
    title: 'without our group it is a public post of its author, though Public is in cc',
    follows: [heluecht],
    outcome: 'applied: stored',
    sees: {
      by: heluecht,
      text: 'Hello Lemmy!',
      title: 'From Friendica to Lemmy',
      visibility: 'unlisted',
    },
  },
  {
    file: 'objects/page_1.json',
    title: 'a link post shows its link',
    ...home,
    outcome: 'applied: stored',
    sees: {
      by: heluecht,
      text: 'https://www.nasaspaceflight.com/2022/03/us-eva-80/',
      title: 'ISS astronauts perform final spacewalk of Expedition 66',
      visibility: 'public',
      inGroup: true,
    },
  },
  {
    file: 'activities/update_note.json',
    title: 'an edit of what we never had stands for it',
    follows: [heluecht],
    outcome: 'applied: stored',
    sees: { by: heluecht, text: 'This is an edited comment.', visibility: 'unlisted' },
    check: (t, { seen }) => t.truthy(seen.edited_at),
  },
  {
    file: 'activities/delete.json',
    title: 'its author deletes it',
    follows: [heluecht],
    before: ['activities/update_note.json'],
    outcome: 'applied: deleted',
  },
  {
    file: 'activities/like_page.json',
    title: 'our post is liked',
    ours: { [LIKED]: 'post' },
    outcome: 'applied: reaction',
    check: liked(1),
  },
  {
    file: 'activities/dislike_page.json',
    title: 'there are no dislikes here',
    ours: { [LIKED]: 'post' },
    outcome: 'ignored: nothing here handles Dislike',
  },
  {
    file: 'activities/undo_dislike_page.json',
    title: 'so none is taken back',
    ours: { [LIKED]: 'post' },
    before: ['activities/dislike_page.json'],
    outcome: 'ignored: nothing to undo',
  },
  {
    file: 'objects/person_1.json',
    title: 'the profile is kept, with its fields',
    outcome: 'applied: profile updated',
    check: async (t, { peer }, app) => {
      const account = await app.apis.accounts.byIri(peer.here(jakob));
      t.is(account?.displayName, 'Jakob :friendica:');
      t.true((account?.fields.length ?? 0) > 0);
      t.true(account?.locked);
    },
  },
  {
    file: 'objects/person_2.json',
    title: 'an organization is an account too',
    outcome: 'applied: profile updated',
    check: async (t, { peer }, app) => {
      const iri = peer.here('https://poliverso.org/profile/informapirata');
      t.is((await app.apis.accounts.byIri(iri))?.kind, 'organization');
    },
  },
];
