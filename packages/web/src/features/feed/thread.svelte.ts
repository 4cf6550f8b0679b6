/** A post with what it answers and its comments, as a tree. */
import { type ApiError, get } from '../../api/http.ts';
import type { Status } from '../../api/types.ts';
import { keep, keepAll } from '../../stores/statuses.svelte.ts';

export type Branch = { id: string; children: Branch[] };

export class Thread {
  readonly id: string;
  ancestors: string[] = $state.raw([]);
  comments: Status[] = $state.raw([]);
  state: 'loading' | 'ready' | 'failed' = $state('loading');
  error: ApiError | null = $state.raw(null);
  readonly branches: Branch[] = $derived.by(() => toTree(this.comments, this.id));
  constructor(id: string) {
    this.id = id;
  }

  async load(): Promise<void> {
    try {
      const [status, context] = await Promise.all([
        get<Status>(`/api/v1/statuses/${this.id}`),
        get<{ ancestors: Status[]; descendants: Status[] }>(`/api/v1/statuses/${this.id}/context`),
      ]);
      keep(status);
      this.ancestors = keepAll(context.ancestors);
      keepAll(context.descendants);
      this.comments = context.descendants;
      this.state = 'ready';
    } catch (error) {
      // What is shown already stays.
      if (this.state === 'ready') return;
      this.error = error as ApiError;
      this.state = 'failed';
    }
  }

  add(status: Status): void {
    keep(status);
    if (this.comments.some((one) => one.id === status.id)) return;
    this.comments = [...this.comments, status];
  }

  has(id: string | null): boolean {
    return id === this.id || this.comments.some((one) => one.id === id);
  }
}

function toTree(comments: Status[], root: string): Branch[] {
  const known = new Set(comments.map((one) => one.id));
  const under = Map.groupBy(comments, (one) =>
    one.in_reply_to_id && known.has(one.in_reply_to_id) ? one.in_reply_to_id : root,
  );
  const build = (parent: string): Branch[] =>
    (under.get(parent) ?? []).map((one) => ({ id: one.id, children: build(one.id) }));
  return build(root);
}
