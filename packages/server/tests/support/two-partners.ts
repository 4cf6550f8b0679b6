/** Two whole apps whose admins make agreements with each other over the API. */
import type { TestFn } from 'ava';
import { answerOf } from '../../src/features/api-docs/answers.ts';
import type { Agreement } from '../../src/features/partners/partners.ts';
import type { Post } from '../../src/features/posts/post.ts';
import type { Answer, Booted } from './boot.ts';
import { withTwoApps } from './two-apps.ts';

export const PARTNERS = '/api/mitoyen/v1/partners';
export const EVERYTHING = {
  purpose: 'One project',
  scopes: ['follow', 'posts', 'groups', 'messages', 'directory'],
  groups: 'all',
};

export type Partners = ReturnType<ReturnType<typeof withTwoPartners>>;

export function withTwoPartners(
  test: TestFn,
  overrides: Parameters<typeof withTwoApps>[1] = { federation: { mode: 'partners' } },
  ofAcme?: Parameters<typeof withTwoApps>[2],
) {
  const apps = withTwoApps(test, overrides, ofAcme);
  const tokens = new Map<Booted, string>();

  async function token(app: Booted): Promise<string> {
    const known = tokens.get(app);
    if (known) return known;
    const made = (await app.person('boss', { role: 'admin' })).token;
    tokens.set(app, made);
    return made;
  }

  return () => {
    const { acme, north, settled } = apps();
    const other = (app: Booted) => (app === acme ? north : acme);
    const hostOf = (app: Booted) => app.kit.ownHost;

    /** A request of the app's admin; `path` under the partners API. */
    async function admin(app: Booted, method: string, path: string, body?: unknown) {
      const options = { token: await token(app), ...(body !== undefined && { body }) };
      const place = path.startsWith('/api') ? path : `${PARTNERS}${path}`;
      const answer = await app.request(method, place, options);
      if (answer.status === 200) asDescribed(method, place, answer.json);
      return answer;
    }

    /** What the admin does about the other side: accept, revoke, pause ... */
    const act = (app: Booted, verb: string, body?: object): Promise<Answer> =>
      admin(app, 'POST', `/${encodeURIComponent(hostOf(other(app)))}/${verb}`, body ?? {});

    const offer = (from: Booted, terms: object = EVERYTHING) =>
      admin(from, 'POST', '/offer', { host: hostOf(other(from)), ...terms });

    /** New terms, in force on both sides when this returns. */
    async function agree(terms: object = EVERYTHING): Promise<void> {
      const offered = await offer(acme, terms);
      if (offered.status !== 200) throw new Error(offered.text);
      await settled();
      const accepted = await act(north, 'accept');
      if (accepted.status !== 200) throw new Error(accepted.text);
      await until(async () => (await active(acme))?.iri === accepted.json.uri);
      // Every process has read the terms anew.
      await settled();
    }

    async function versions(app: Booted): Promise<Agreement[]> {
      return app.apis.partners.ofHost(hostOf(other(app)));
    }

    async function active(app: Booted): Promise<Agreement | undefined> {
      return (await versions(app)).find(({ state }) => state === 'active');
    }

    return { acme, north, settled, other, hostOf, admin, act, offer, agree, versions, active };
  };
}

/** Holds an answer against what the API reference says of its endpoint. */
function asDescribed(method: string, place: string, json: unknown): void {
  const path = (place.split('?')[0] ?? '').replace(
    /\/partners\/[^/]*(%3A|:|\.)[^/]*/i,
    '/partners/:host',
  );
  const parsed = answerOf(method.toLowerCase(), path)?.safeParse(json);
  if (parsed?.success === false)
    throw new Error(`${method} ${path}: ${JSON.stringify(parsed.error.issues).slice(0, 500)}`);
}

/** The stored post with these words, whoever may read it. */
export async function stored(app: Booted, words: string): Promise<Post | null> {
  const posts = await app.kit.mongo.collection<Post>('posts').find({}).toArray();
  return posts.find(({ html }) => html.includes(words)) ?? null;
}

/** Waits until it is so; an error after 20 seconds, which a busy machine may need. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await check()); ) {
    if (Date.now() > end) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
