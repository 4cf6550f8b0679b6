/** Hashtags as Mastodon's `Tag`, for one person. */
import type { TagStore } from './tag-store.ts';

export type TagView = {
  id: string;
  name: string;
  url: string;
  history: never[];
  following: boolean;
  featuring: boolean;
};
export type ViewTags = (names: string[], account: string) => Promise<TagView[]>;

export function createViewTags(deps: {
  followed: TagStore;
  featured: TagStore;
  urlOf: (tag: string) => string;
}): ViewTags {
  return async (names, account) => {
    if (names.length === 0) return [];
    const [following, featuring] = await Promise.all([
      deps.followed.among(account, names),
      deps.featured.among(account, names),
    ]);
    return names.map((name) => ({
      id: name,
      name,
      url: deps.urlOf(name),
      history: [],
      following: following.has(name),
      featuring: featuring.has(name),
    }));
  };
}
