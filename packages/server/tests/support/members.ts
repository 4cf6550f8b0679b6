/** Members of one app under test, whose every answer is held against Mastodon’s description and ours. */
import type { TestFn } from 'ava';
import { type AnyJson, type Booted, withApp } from './boot.ts';
import { describedProblems } from './described-answers.ts';
import { answerProblems, tellUnheld } from './mastodon-schema.ts';

export type Person = Awaited<ReturnType<Booted['person']>>;
type Answer = Awaited<ReturnType<Booted['request']>>;

export type Members = ReturnType<typeof membersOf>;

/** As `withApp`, with ways to act as somebody. */
export function withMembers(test: TestFn, overrides: Parameters<typeof withApp>[1] = {}): Members {
  tellUnheld(test);
  return membersOf(withApp(test, overrides));
}

export function membersOf(app: () => Booted) {
  let counter = 0;

  async function people(...names: string[]): Promise<Person[]> {
    counter += 1;
    const number = counter;
    return Promise.all(names.map((name) => app().person(`${name}${number}`)));
  }

  async function call(
    by: Person | null,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer> {
    const answer = await app().request(method, path, { token: by?.token, body });
    // Our own types of notifications are told to those who ask for them.
    const problems = /\bmitoyen(=1|\.)/.test(path) ? [] : answerProblems(method, path, answer);
    problems.push(...describedProblems(app().app.endpoints, method, path, answer));
    if (problems.length > 0) throw new Error(problems.slice(0, 5).join('\n'));
    return answer;
  }

  /** The answer of a call that must go well. */
  async function ok(by: Person, method: string, path: string, body?: unknown): Promise<AnyJson> {
    const answer = await call(by, method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.json;
  }

  return {
    app,
    people,
    call,
    ok,
    get: (by: Person, path: string): Promise<AnyJson> => ok(by, 'GET', path),
    status: async (by: Person | null, method: string, path: string, body?: unknown) =>
      (await call(by, method, path, body)).status,
    say: (by: Person, status: string, more: object = {}): Promise<AnyJson> =>
      ok(by, 'POST', '/api/v1/statuses', { status, ...more }),
    group: async (by: Person, name: string, access = 'open'): Promise<string> =>
      (await ok(by, 'POST', '/api/mitoyen/v1/groups', { name, access })).id,
    settled: () => app().settled(),
    handle: (person: Person) => `@${person.account.username}`,
  };
}
