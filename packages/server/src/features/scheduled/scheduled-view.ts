/** Mastodon `ScheduledStatus` entities. */
import type { Apis } from '../../apis.ts';
import type { Audience } from '../posts/post.ts';
import type { ScheduledPost, ScheduledView } from './scheduled.ts';

const VISIBILITY: Record<Audience, string> = {
  public: 'public',
  unlisted: 'unlisted',
  followers: 'private',
  company: 'private',
  group: 'private',
  direct: 'direct',
};

export function createScheduledViews(deps: { apis: Apis }) {
  return async function present(posts: ScheduledPost[]): Promise<ScheduledView[]> {
    const media = await deps.apis.media.present(posts.flatMap((post) => post.content.media));
    return posts.map((post) => ({
      id: post._id,
      scheduled_at: new Date(post.at).toISOString(),
      params: paramsOf(post),
      media_attachments: post.content.media.flatMap((id) => media.get(id) ?? []),
      mitoyen: {
        audience: post.content.audience,
        group_id: post.content.group ?? null,
        conversation_id: post.content.conversation ?? null,
        failure: post.failure ?? null,
      },
    }));
  };
}

function paramsOf({ content, idempotencyKey }: ScheduledPost) {
  const { poll } = content;
  return {
    text: content.text,
    visibility: VISIBILITY[content.audience],
    in_reply_to_id: content.inReplyTo ?? null,
    language: content.language ?? null,
    media_ids: content.media,
    sensitive: content.sensitive ?? Boolean(content.warning),
    spoiler_text: content.warning ?? '',
    poll: poll
      ? {
          options: poll.options,
          expires_in: poll.expiresInSeconds,
          multiple: poll.multiple,
          hide_totals: poll.hideTotals,
        }
      : null,
    idempotency: idempotencyKey ?? null,
    scheduled_at: null,
    quoted_status_id: content.quote ?? null,
    quote_approval_policy: content.quotePolicy ?? 'nobody',
    // Kept by Mastodon for old apps.
    application_id: 0,
    with_rate_limit: false,
  };
}
