/** What becomes of everything that lotide was recorded to send. */
import type { Expected } from './tell.ts';

const author = 'https://b.tide.tk/apub/users/1';
const commenter = 'https://c.tide.tk/users/1';
const local = 'http://ltthostname.local:3334/apub/users/3';
const dylan = 'https://narwhal.city/users/1';
const reader = 'https://narwhal.city/users/3';
const community = 'https://c.tide.tk/communities/1';

export const stories: Expected[] = [
  {
    file: 'activities/create_page.json',
    title: 'a link post into our group shows its link',
    ours: { [community]: 'group' },
    joins: [author],
    outcome: 'applied: stored',
    sees: {
      by: author,
      text: 'https://blog.twitter.com/engineering/en_us/a/2010/announcing-snowflake.html',
      title: 'test post from b',
      visibility: 'public',
      inGroup: true,
    },
  },
  {
    file: 'activities/create_page_image.json',
    title: 'a Note that has only a name and a picture shows both',
    ours: { 'http://localhost:8536/c/elsewhere': 'group' },
    joins: [local],
    outcome: 'applied: stored',
    sees: { by: local, text: '', title: 'image', visibility: 'public', inGroup: true },
    check: (t, { seen }) => {
      t.is(seen.media_attachments.length, 1);
      t.is(seen.spoiler_text, '', 'its summary repeats the title and warns of nothing');
    },
  },
  {
    file: 'activities/create_note_reply.json',
    title: 'a comment to a person, everybody and our group is in the group',
    ours: { [community]: 'group' },
    joins: [commenter],
    outcome: 'applied: stored',
    sees: { by: commenter, text: 'test comment', visibility: 'public', inGroup: true },
  },
  {
    file: 'activities/follow.json',
    title: 'somebody joins our group',
    ours: { 'https://beehaw.org/c/foss': 'group' },
    outcome: 'applied: done',
  },
  {
    file: 'activities/delete_note.json',
    title: 'its author deletes a post',
    ours: { 'https://narwhal.city/comments/3': 'https://narwhal.city/posts/12' },
    follows: [reader],
    before: ['objects/note.json'],
    outcome: 'applied: deleted',
  },
  {
    file: 'objects/tombstone.json',
    title: 'a Tombstone is as good',
    by: reader,
    ours: { 'https://narwhal.city/comments/3': 'https://narwhal.city/posts/12' },
    follows: [reader],
    before: ['objects/note.json'],
    outcome: 'applied: deleted',
  },
  {
    file: 'objects/note.json',
    title: 'a comment of somebody followed',
    follows: [reader],
    outcome: 'applied: stored',
    sees: { by: reader, text: 'now featuring Bob Dylan and RNG', visibility: 'unlisted' },
  },
  {
    file: 'objects/page.json',
    title: 'a link post of somebody followed shows its link',
    follows: [dylan],
    outcome: 'applied: stored',
    sees: {
      by: dylan,
      text: 'https://www.youtube.com/watch?v=ZI4LGTXscR4',
      title: "What's Dylan Grillin'? (reupload)",
      visibility: 'unlisted',
    },
  },
  {
    file: 'objects/group.json',
    title: 'what a group says of itself is kept',
    outcome: 'applied: profile updated',
  },
  {
    file: 'objects/person.json',
    title: 'the profile is kept, though its key has two slashes in its id',
    outcome: 'applied: profile updated',
  },
];
