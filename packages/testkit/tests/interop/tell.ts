/** Declares one test for each file of a software, and one that no file was forgotten. */
import type { ExecutionContext, TestFn } from 'ava';
import { type Booted, withApp } from '../../../server/tests/support/boot.ts';
import { fixtureFiles, hasFixtures } from '../../src/index.ts';
import { type Ending, type People, play, preparePeople, type Story } from './story.ts';

export type Expected = Story & {
  /** What happens, in words: the title of the test. */
  title: string;
  /** Of the receipt, in full; `refused` where the signature is not accepted. */
  outcome: string;
  /** What amina is shown of the post. */
  sees?: Sees;
  check?: (t: ExecutionContext, ending: Ending, app: Booted, people: People) => unknown;
};

type Sees = {
  /** The author's recorded id. */
  by: string;
  text: string | RegExp;
  visibility: 'public' | 'unlisted' | 'private' | 'direct';
  title?: string;
  /** Of what we have no feature for: its type, and that its link is shown. */
  card?: string;
  inGroup?: boolean;
};

export function tellStories(test: TestFn, software: string, stories: Expected[]): void {
  if (!hasFixtures) {
    test.skip(`the recorded documents of ${software} are not here`, () => {});
    return;
  }
  const app = withApp(test);
  let prepared: Promise<People> | undefined;

  test(`every file of ${software} has its story`, (t) => {
    const told = new Set(stories.map((story) => story.file));
    t.deepEqual([...told].sort(), fixtureFiles(software));
  });

  for (const story of stories) {
    test.serial(`${software}/${story.file}: ${story.title}`, async (t) => {
      prepared ??= preparePeople(app());
      const people = await prepared;
      const ending = await play(app(), people, software, story);
      const isRefused = story.outcome === 'refused';
      t.is(ending.status, isRefused ? 401 : 202);
      t.is(ending.outcome, isRefused ? 'no receipt' : story.outcome);
      if (story.sees) checkSeen(t, ending, story.sees);
      else if (!story.check) t.is(ending.seen, null, 'nothing is shown');
      await story.check?.(t, ending, app(), people);
    });
  }
}

function checkSeen(t: ExecutionContext, { seen, stranger, bystander, peer }: Ending, sees: Sees) {
  t.truthy(seen, 'it is shown');
  const author = peer.here(sees.by);
  t.is(seen.account.uri, author);
  t.is(seen.account.acct.split('@')[1], new URL(author).host);
  if (typeof sees.text === 'string')
    t.true(seen.content.includes(peer.here(sees.text)), seen.content);
  else t.regex(seen.content, sees.text);
  t.notRegex(seen.content, /<(script|style|img|iframe)|on\w+=|javascript:/i);
  t.is(seen.visibility, sees.visibility);
  t.is(seen.mitoyen.title, sees.title ?? null);
  t.is(seen.mitoyen.original_type, sees.card ?? null);
  if (sees.card) t.regex(seen.content, /<a [^>]*href="http/);
  t.is(seen.mitoyen.group !== null, sees.inGroup ?? false);
  const isOpen = sees.visibility === 'public' || sees.visibility === 'unlisted';
  if (isOpen) return;
  t.is(stranger, null, 'no stranger is shown it');
  t.is(bystander, null, 'no bystander is shown it');
}

/** The post of ours that the story is about is liked by so many. */
export function liked(times: number): Expected['check'] {
  return async (t, { post }, app, { amina }) => {
    const path = `/api/v1/statuses/${post.id}`;
    const { json } = await app.request('GET', path, { token: amina.token });
    t.is(json.favourites_count, times);
  };
}
