/** What apps may send to write a post, and how it is read. */
import { BADGES } from '@mitoyen/federation';
import { isId } from '@mitoyen/protocol';
import { z } from 'zod';
import { flag } from '../../platform/http/endpoints.ts';
import { isTimeZone } from '../../platform/time-zone.ts';
import { QUOTE_POLICIES } from '../preferences/preferences.ts';
import type { NewEvent } from './event.ts';
import type { NewPoll } from './poll.ts';
import type { Audience } from './post.ts';
import { MOST_PRAISED, type NewPraise } from './praise.ts';

export const ids = z.preprocess(
  (value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]),
  z.array(z.string()).max(100),
);
export const VISIBILITY: Record<string, Audience> = {
  public: 'public',
  unlisted: 'unlisted',
  private: 'followers',
  direct: 'direct',
  /** Always, whatever `private` stands for. */
  followers: 'followers',
  company: 'company',
  group: 'group',
};

/** Descriptions of pictures: a list, or an object by index, as forms send it. */
export const mediaAttributes = z
  .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
  .transform((value) => Object.values(value))
  .pipe(
    z
      .array(
        z
          .object({
            id: z.string().refine(isId, 'is not a media id'),
            description: z.string().nullish(),
            focus: z.string().nullish(),
          })
          .transform(({ id, description, focus }) => ({
            id,
            alt: description ?? undefined,
            focus: focusOf(focus),
          })),
      )
      .max(100),
  );

function focusOf(text: string | null | undefined): { x: number; y: number } | undefined {
  const [x = Number.NaN, y = Number.NaN] = (text ?? '').split(',').map(Number);
  return Math.abs(x) <= 1 && Math.abs(y) <= 1 ? { x, y } : undefined;
}

const pollBody = z.object({
  options: z.preprocess(
    (value) => (Array.isArray(value) ? value : [value].filter((one) => one !== undefined)),
    z.array(z.string().trim()).max(100),
  ),
  expires_in: z.coerce.number().int(),
  multiple: flag.default(false),
  hide_totals: flag.default(false),
});

const optionalText = z
  .string()
  .trim()
  .nullish()
  .transform((value) => value || undefined);
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional());

/** Times are ISO 8601 with their offset. */
const eventBody = z
  .object({
    title: z.string().trim(),
    starts_at: z.coerce.date('must be a date and time'),
    ends_at: optional(z.coerce.date('must be a date and time')),
    time_zone: optional(z.string().refine(isTimeZone, 'is not a time zone (Europe/Paris)')),
    location: optionalText,
    url: optional(z.url({ protocol: /^https?$/, error: 'is not a web address' }).max(2000)),
    capacity: optional(z.coerce.number().int()),
  })
  .transform(
    ({ starts_at, ends_at, time_zone, url, ...more }): NewEvent => ({
      ...more,
      startsAt: starts_at.getTime(),
      endsAt: ends_at?.getTime(),
      timeZone: time_zone,
      link: url,
    }),
  );

const praiseBody = z
  .object({
    badge: z.enum(BADGES),
    account_ids: z.preprocess(
      (value) => (Array.isArray(value) || value === undefined ? value : [value]),
      z
        .array(z.string().refine(isId, 'is not an account id'))
        .min(1, "can't be blank")
        .max(MOST_PRAISED, `must be ${MOST_PRAISED} people at most`),
    ),
  })
  .transform(({ badge, account_ids }): NewPraise => ({ badge, people: [...new Set(account_ids)] }));

export const statusBody = z.object({
  status: z.string().default(''),
  media_ids: ids.default([]),
  in_reply_to_id: z.string().nullish(),
  sensitive: flag.nullish(),
  spoiler_text: z.string().max(500).nullish(),
  visibility: z
    .enum(['public', 'unlisted', 'private', 'direct', 'followers', 'company', 'group'])
    .nullish(),
  language: z.string().max(20).nullish(),
  group_id: z.string().nullish(),
  /** Of a message: the conversation that it is said in. */
  conversation_id: z.string().max(64).nullish(),
  poll: pollBody.nullish(),
  /** What the post invites to. */
  event: eventBody.nullish(),
  /** Whom it praises, and for what. */
  praise: praiseBody.nullish(),
  /** Everybody has to confirm having read it. */
  must_read: flag.nullish(),
  scheduled_at: z
    .preprocess(
      (value) => (value === '' ? null : value),
      z.coerce.date('must be a date and time').nullable(),
    )
    .optional(),
  quoted_status_id: z.string().max(64).nullish(),
  quote_approval_policy: z.enum(QUOTE_POLICIES).nullish(),
});

export function newPoll(body: z.output<typeof pollBody> | null | undefined): NewPoll | undefined {
  if (!body) return undefined;
  const { options, expires_in, multiple, hide_totals } = body;
  return { options, expiresInSeconds: expires_in, multiple, hideTotals: hide_totals };
}
