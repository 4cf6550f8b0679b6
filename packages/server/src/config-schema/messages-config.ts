/** How people are told of something outside of the app, and what is sent away to be translated. */
import { z } from 'zod';

export const mailConfig = z
  .strictObject({
    url: z
      .string()
      .regex(/^smtps?:\/\//, 'is not a mail server (smtp://user:password@mail.example.org:587)')
      .optional()
      .describe(
        'The mail server that sends; absent: no e-mail. Best given as MITOYEN_MAIL__URL_FILE.',
      ),
    from: z
      .string()
      .min(3)
      .max(320)
      .default('Mitoyen <no-reply@localhost>')
      .describe('Whom e-mails come from, as "Name <address>".'),
    content: z
      .enum(['full', 'none'])
      .default('full')
      .describe('full: the whole text of what is told. none: only who did what.'),
    instant_delay_seconds: z
      .int()
      .min(0)
      .max(86_400)
      .default(300)
      .describe('Seconds that something may be read here before it is sent by e-mail.'),
    digest_hour: z
      .int()
      .min(0)
      .max(23)
      .default(7)
      .describe('The hour of digests, in the time zone of each person.'),
    time_zone: z
      .string()
      .max(60)
      .default('UTC')
      .describe('The time zone of people who chose none, like Europe/Paris.'),
  })
  .prefault({});

export const pushConfig = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Tell closed apps of notifications through the push service that each app names (Web Push).',
      ),
    content: z
      .enum(['full', 'none'])
      .default('full')
      .describe('full: encrypted for the app. none: only that there is something new.'),
  })
  .prefault({});

export const translationConfig = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('A LibreTranslate server of your own; without one, posts are not translated.'),
    api_key: z.string().min(1).optional().describe('Its key, where it asks for one.'),
    scope: z
      .enum(['public', 'all'])
      .default('public')
      .describe(
        'Posts whose text may be sent to it: public ones, or all but messages (company, groups).',
      ),
    timeout_seconds: z.int().min(1).max(120).default(15).describe('Seconds that it may take.'),
  })
  .prefault({});
