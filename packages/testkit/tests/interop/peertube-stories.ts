/** What becomes of everything that PeerTube was recorded to send. */
import type { Expected } from './tell.ts';

const nick = 'https://tilvids.com/accounts/thelinuxexperiment';
const channel = 'https://tilvids.com/video-channels/thelinuxexperiment_channel';
const VIDEO = 'https://tilvids.com/videos/watch/e7946124-7b72-4ad7-9d22-844a84bb2de1';
const yoge = 'https://video.antopie.org/accounts/yoge6785555';
const TITLE =
  'Mesa, Wayland & X.org in trouble, Debian leaves X, Facebook blocks Linux: Linux & Open Source News';

export const stories: Expected[] = [
  {
    file: 'objects/video.json',
    title: 'a video is a card with its title, description and link',
    follows: [nick],
    outcome: 'applied: stored',
    sees: {
      by: nick,
      text: 'Grab a brand new laptop',
      visibility: 'public',
      title: TITLE,
      card: 'Video',
    },
  },
  {
    file: 'activities/announce_video.json',
    title: 'a channel that somebody here is in shows its new video',
    follows: [channel],
    outcome: 'applied: placed in the group',
    check: async (t, { peer }, app, { amina }) => {
      const post = await app.apis.posts.byIri(peer.here(VIDEO));
      t.is((await app.apis.accounts.get(post?.author ?? ''))?.iri, peer.here(nick));
      const path = `/api/v1/statuses/${post?._id}`;
      const { json } = await app.request('GET', path, { token: amina.token });
      t.is(json.mitoyen.title, TITLE);
      t.truthy(json.mitoyen.group);
    },
  },
  {
    file: 'objects/note.json',
    title: 'a comment in Markdown is shown as text',
    follows: [yoge],
    outcome: 'applied: stored',
    sees: { by: yoge, text: /@af2@bae\.st.* idk/s, visibility: 'public' },
  },
  {
    file: 'objects/group.json',
    title: 'what a channel says of itself is kept',
    outcome: 'applied: profile updated',
  },
  {
    file: 'objects/person.json',
    title: 'the profile is kept',
    outcome: 'applied: profile updated',
  },
];
