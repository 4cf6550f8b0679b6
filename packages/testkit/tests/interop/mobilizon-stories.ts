/** What becomes of everything that Mobilizon was recorded to send. */
import type { Expected } from './tell.ts';

const group = 'https://rendezvous.nomagic.uk/@devon_caledonian_society';

export const stories: Expected[] = [
  {
    file: 'objects/event.json',
    title: 'an event is one here, with its title, time and place',
    follows: [group],
    outcome: 'applied: stored',
    sees: {
      by: group,
      text: 'posh ceilidh',
      visibility: 'public',
      title: 'Caledonian scottish dance class',
    },
    check: (t, { seen }) => {
      t.regex(seen.content, /The Kenn Centre/);
      t.regex(seen.content, /2022-12-11 19:00 – 21:00 \(Europe\/London\)/);
      t.like(seen.mitoyen.event, {
        starts_at: '2022-12-11T19:00:00.000Z',
        location: 'The Kenn Centre, Devon Expressway, EX6 7TW Teignbridge, United Kingdom',
        join_mode: 'free',
        capacity: null,
      });
    },
  },
  {
    file: 'objects/group.json',
    title: 'what a group says of itself is kept',
    outcome: 'applied: profile updated',
    check: async (t, { peer }, app) => {
      const found = await app.apis.accounts.byIri(
        peer.here('https://mobilizon.fr/@contribateliers'),
      );
      t.is(found?.kind, 'group');
      t.is(found?.displayName, 'Contribateliers');
    },
  },
  {
    file: 'objects/person.json',
    title: 'the profile is kept',
    outcome: 'applied: profile updated',
  },
];
