/** What GNU social really send, through the inbox of a running instance. */
import { type Expected, liked } from './tell.ts';

const diogo = 'https://instance.gnusocial.test/actor/42';
const hackers = 'https://instance.gnusocial.test/actor/21';

export const stories: Expected[] = [
  {
    file: 'activities/create_note.json',
    title: 'a post of somebody followed',
    follows: [diogo],
    outcome: 'applied: stored',
    sees: { by: diogo, text: 'yay ^^', visibility: 'public' },
  },
  {
    file: 'objects/note.json',
    title: 'an answer hangs below what it answers',
    follows: [diogo],
    before: ['activities/create_page.json'],
    outcome: 'applied: stored',
    sees: { by: diogo, text: 'yay ^^', visibility: 'public' },
    check: (t, { seen }) => t.truthy(seen.in_reply_to_id),
  },
  {
    file: 'activities/create_page.json',
    title: 'a Page keeps its title',
    follows: [diogo],
    outcome: 'applied: stored',
    sees: {
      by: diogo,
      text: 'This is an interesting page.',
      title: 'hello, world.',
      visibility: 'public',
    },
  },
  {
    file: 'objects/page.json',
    title: 'a member posts into our group by naming it in cc',
    ours: { [hackers]: 'group' },
    joins: [diogo],
    outcome: 'applied: stored',
    sees: {
      by: diogo,
      text: 'This is an interesting page.',
      title: 'hello, world.',
      visibility: 'public',
      inGroup: true,
    },
  },
  {
    file: 'activities/like_note.json',
    title: 'our post is liked',
    ours: { 'https://instance.gnusocial.test/object/note/1337': 'post' },
    outcome: 'applied: reaction',
    check: liked(1),
  },
  {
    file: 'objects/group.json',
    title: 'a group whose key is claimed by somebody else can be looked up, and cannot sign',
    follows: [hackers],
    outcome: 'refused',
    check: async (t, { peer }, app) => {
      const group = await app.apis.accounts.byIri(peer.here(hackers));
      t.is(group?.displayName, 'Hackers!');
      t.deepEqual(group?.publicKeys, []);
    },
  },
  {
    file: 'objects/person.json',
    title: 'the profile is kept',
    outcome: 'applied: profile updated',
  },
];
