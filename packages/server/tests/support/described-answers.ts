/** Holds answers against what our own description says of their endpoints. */
import { answerOf } from '../../src/features/api-docs/answers.ts';
import { mastodonShapeOf } from '../../src/features/api-docs/mastodon-answers.ts';
import type { EndpointRecord } from '../../src/platform/http/endpoints.ts';

type Answer = { status: number; json: unknown };

/** What an answer has that its description does not allow, or lacks; nothing of refusals. */
export function describedProblems(
  endpoints: readonly EndpointRecord[],
  method: string,
  path: string,
  { status, json }: Answer,
): string[] {
  if (status < 200 || status > 299 || status === 204) return [];
  const spec = specOf(endpoints, method.toLowerCase(), path.split('?')[0] ?? '');
  if (!spec || spec.answerType) return [];
  const shape = mastodonShapeOf(spec.method, spec.path) ?? answerOf(spec.method, spec.path);
  const parsed = shape?.safeParse(json);
  if (!parsed || parsed.success) return [];
  return parsed.error.issues.map(
    (issue) => `${spec.method} ${spec.path}: ${JSON.stringify(issue).slice(0, 300)}`,
  );
}

/** A fixed path before one with a parameter in its place. */
function specOf(endpoints: readonly EndpointRecord[], method: string, path: string) {
  const parts = path.split('/');
  const fits = (template: string) => {
    const names = template.split('/');
    return (
      names.length === parts.length &&
      names.every((name, at) => name.startsWith(':') || name === parts[at])
    );
  };
  return endpoints
    .map(({ spec }) => spec)
    .filter((spec) => spec.method === method && fits(spec.path))
    .toSorted((a, b) => a.path.split(':').length - b.path.split(':').length)[0];
}
