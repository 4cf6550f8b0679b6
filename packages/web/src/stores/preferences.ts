/** Whom a new post is for, unless somebody says otherwise: asked for once. */
import { get } from '../api/http.ts';

export type DefaultAudience = 'company' | 'followers' | 'public';
const KEY = 'mitoyen:posting:default:visibility';
const OURS: Record<string, DefaultAudience> = { private: 'followers', public: 'public' };
let asked: Promise<DefaultAudience> | null = null;

export function defaultAudience(): Promise<DefaultAudience> {
  asked ??= get<Record<string, unknown>>('/api/v1/preferences').then(
    (found) => OURS[String(found[KEY])] ?? 'company',
    () => {
      // Not known now (no network): asked again with the next post.
      asked = null;
      return 'company';
    },
  );
  return asked;
}

export function forgetDefaultAudience(): void {
  asked = null;
}
