/** What becomes of everything that Mobilizon was recorded to send. */
import type { Expected } from './tell.ts';

const group = 'https://rendezvous.nomagic.uk/@devon_caledonian_society';

export const stories: Expected[] = [
  {
    file: 'objects/event.json',
    title: 'an event is a card with its title, time, place and link',
    follows: [group],
    outcome: 'applied: stored',
    sees: {
      by: group,
      text: 'posh ceilidh',
      visibility: 'public',
      title: 'Caledonian scottish dance class',
      card: 'Event',
    },
    check: (t, { seen }) => {
      t.regex(seen.content, /The Kenn Centre/);
      t.regex(seen.content, /2022-12-11 19:00 UTC – 21:00/);
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
