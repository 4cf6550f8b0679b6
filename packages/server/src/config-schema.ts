/**
 * Every key of `mitoyen.yaml`, with its default, unit and meaning. The example file,
 * the reference page and the JSON schema are made from this one description.
 */
import { z } from 'zod';

const size = (bytes: number) => z.int().min(1).max(1_073_741_824).default(bytes);
const perWindow = (count: number) => z.int().min(0).max(1_000_000).default(count);

const cidr = z.union([z.cidrv4(), z.cidrv6()], {
  error: 'is not an address range; write it as 10.0.0.0/8 or fd00::/8',
});

export const configSchema = z.strictObject({
  instance: z
    .strictObject({
      base_url: z
        .url({ protocol: /^https?$/, error: 'is not an address like https://social.example.org' })
        .transform((url) => url.replace(/\/+$/, ''))
        .refine((url) => new URL(url).pathname === '/', 'must have no path')
        .default('http://localhost:3000')
        .describe('The public address. It is part of every id: once started it can never change.'),
      name: z
        .string()
        .min(1)
        .max(100)
        .default('Mitoyen')
        .describe('Shown at the top of every page.'),
      description: z
        .string()
        .max(2000)
        .default('')
        .describe('One or two sentences about the organization.'),
      rules: z
        .array(z.string().min(1).max(1000))
        .max(50)
        .default([])
        .describe('What members are asked to keep to, one sentence each.'),
      languages: z
        .array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/))
        .min(1)
        .default(['en'])
        .describe('Main languages, most used first (BCP 47).'),
      contact_email: z
        .string()
        .max(254)
        .default('')
        .describe('Whom to ask; shown on the instance page.'),
    })
    .prefault({}),
  http: z
    .strictObject({
      host: z
        .string()
        .default('127.0.0.1')
        .describe('The address to listen on. Use 0.0.0.0 in a container.'),
      port: z
        .int()
        .min(0)
        .max(65_535)
        .default(3000)
        .describe('The port to listen on; 0 takes a free one.'),
      trusted_proxies: z
        .array(cidr)
        .default([])
        .describe('Reverse proxies whose X-Forwarded-For is believed (CIDR list).'),
    })
    .prefault({}),
  data_dir: z
    .string()
    .min(1)
    .default('./data')
    .describe('Embedded database, private Redis, media and keys live here.'),
  database: z
    .strictObject({
      url: z
        .string()
        .regex(/^mongodb(\+srv)?:\/\//, 'is not a MongoDB address (mongodb://...)')
        .optional()
        .describe('MongoDB 6 or later; absent: the embedded database.'),
      name: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,38}$/)
        .default('mitoyen')
        .describe('The database name inside MongoDB.'),
    })
    .prefault({}),
  redis: z
    .strictObject({
      url: z
        .string()
        .regex(/^(rediss?|unix):\/\//, 'is not a Redis address (redis://...)')
        .optional()
        .describe('Redis 7 or Valkey, with maxmemory-policy noeviction; absent: a private one.'),
    })
    .prefault({}),
  federation: z
    .strictObject({
      mode: z
        .enum(['closed', 'partners', 'open'])
        .default('partners')
        .describe(
          'closed: nothing in or out. partners: only hosts with an agreement. open: the fediverse, minus blocks.',
        ),
      allow_private_networks: z
        .array(cidr)
        .default([])
        .describe('Private address ranges that may be connected to (intranets, tests).'),
      allow_http: z
        .boolean()
        .default(false)
        .describe('Allow plain http between servers (intranets, tests).'),
      read_receipts: z
        .boolean()
        .default(false)
        .describe('Tell Mitoyen partners who want it too when our people have read.'),
      delivery_concurrency: z
        .int()
        .min(1)
        .max(512)
        .default(64)
        .describe('Deliveries under way at once, over all hosts.'),
      delivery_per_host: z
        .int()
        .min(1)
        .max(64)
        .default(8)
        .describe('Deliveries under way at once to one host.'),
      delivery_timeout_seconds: z
        .int()
        .min(1)
        .max(120)
        .default(10)
        .describe('Seconds that one delivery may take.'),
      delivery_give_up_days: z
        .int()
        .min(1)
        .max(60)
        .default(7)
        .describe('Days after which an undelivered activity becomes a dead letter.'),
    })
    .prefault({}),
  registration: z
    .strictObject({
      mode: z
        .enum(['closed', 'invite', 'approval', 'open'])
        .default('invite')
        .describe('Who may make an account.'),
    })
    .prefault({}),
  media: z
    .strictObject({
      max_image_bytes: size(16_777_216).describe('Bytes of one uploaded image.'),
      max_image_pixels: z
        .int()
        .min(1)
        .max(268_402_689)
        .default(64_000_000)
        .describe('Pixels (width x height) of one image.'),
      max_remote_bytes: size(16_777_216).describe('Bytes of one remote picture to be cached.'),
      remote_cache_days: z
        .int()
        .min(0)
        .max(3650)
        .default(30)
        .describe('Days that cached remote pictures are kept unseen.'),
      link_hours: z
        .int()
        .min(1)
        .max(720)
        .default(24)
        .describe(
          'Hours that the address of a file which is not for everybody is good for, at least; twice that at most.',
        ),
      partner_link_days: z
        .int()
        .min(1)
        .max(3650)
        .default(365)
        .describe('Days that partners may fetch such a file that was sent to them.'),
      unfinished_hours: z
        .int()
        .min(1)
        .max(720)
        .default(24)
        .describe('Hours that an upload may take which is sent in parts, with its interruptions.'),
      unattached_hours: z
        .int()
        .min(1)
        .max(720)
        .default(24)
        .describe('Hours after which an upload that no post uses is removed.'),
    })
    .prefault({}),
  storage: z
    .strictObject({
      kind: z
        .enum(['disk', 's3'])
        .default('disk')
        .describe('Where files are kept: under data_dir, or in S3-compatible object storage.'),
      endpoint: z
        .url({ protocol: /^https?$/, error: 'is not an address like https://s3.example.org' })
        .optional()
        .describe('The address of the object storage, without the bucket.'),
      bucket: z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
        .optional()
        .describe('The bucket; private, and best for Mitoyen alone.'),
      region: z.string().min(1).max(60).default('auto').describe('Its region, where it has one.'),
      access_key_id: z.string().min(1).optional().describe('The name of its access key.'),
      secret_access_key: z
        .string()
        .min(1)
        .optional()
        .describe('Its secret. Best given as MITOYEN_STORAGE__SECRET_ACCESS_KEY_FILE.'),
      path_style: z
        .boolean()
        .default(true)
        .describe('true: https://endpoint/bucket/file. false: https://bucket.endpoint/file.'),
      prefix: z
        .string()
        .regex(/^([A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*)?$/)
        .default('')
        .describe('What all names in the bucket begin with, where others use it too.'),
    })
    .superRefine((storage, ctx) => {
      if (storage.kind === 'disk') return;
      for (const key of ['endpoint', 'bucket', 'access_key_id', 'secret_access_key'] as const)
        if (storage[key] === undefined)
          ctx.addIssue({ code: 'custom', path: [key], message: 'is needed where kind is s3' });
    })
    .prefault({}),
  virus_scan: z
    .strictObject({
      address: z
        .string()
        .regex(/^(unix:\/|tcp:\/\/[^/]+$)/, 'is not unix:/path or tcp://host:port')
        .optional()
        .describe(
          'Where ClamAV (clamd) listens, as unix:/run/clamav/clamd.ctl or tcp://127.0.0.1:3310; absent: files are not scanned.',
        ),
      when_down: z
        .enum(['refuse', 'accept'])
        .default('refuse')
        .describe('What becomes of files while it does not answer.'),
      timeout_seconds: z
        .int()
        .min(1)
        .max(600)
        .default(60)
        .describe('Seconds that it may be silent.'),
    })
    .prefault({}),
  mail: z
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
    .prefault({}),
  push: z
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
    .prefault({}),
  limits: z
    .strictObject({
      post_characters: z
        .int()
        .min(100)
        .max(100_000)
        .default(5000)
        .describe('Characters in one post.'),
      post_attachments: z.int().min(1).max(64).default(16).describe('Pictures in one post.'),
      post_mentions: z.int().min(1).max(500).default(50).describe('People mentioned in one post.'),
      poll_options: z.int().min(2).max(20).default(10).describe('Options of one poll.'),
      poll_option_characters: z
        .int()
        .min(10)
        .max(500)
        .default(100)
        .describe('Characters in one option of a poll.'),
      poll_min_seconds: z
        .int()
        .min(1)
        .max(86_400)
        .default(300)
        .describe('Shortest time that a poll is open.'),
      poll_max_seconds: z
        .int()
        .min(3600)
        .max(31_536_000)
        .default(2_629_746)
        .describe('Longest time that a poll is open.'),
      schedule_min_seconds: z
        .int()
        .min(1)
        .max(86_400)
        .default(300)
        .describe('Shortest time from now that a post can be scheduled for.'),
      scheduled_per_person: z
        .int()
        .min(0)
        .max(10_000)
        .default(300)
        .describe('Scheduled posts of one person that wait.'),
      lists_per_person: z.int().min(1).max(1000).default(50).describe('Lists that one person has.'),
      list_accounts: z
        .int()
        .min(1)
        .max(10_000)
        .default(500)
        .describe('People and groups in one list.'),
      page_size: z
        .int()
        .min(1)
        .max(80)
        .default(40)
        .describe('Most rows that one page of a list has.'),
      sign_in_per_15_minutes: perWindow(20).describe(
        'Sign-in attempts per address and per account; 0: no limit.',
      ),
      token_per_15_minutes: perWindow(60).describe(
        'OAuth token requests per address; 0: no limit.',
      ),
      app_registrations_per_hour: perWindow(60).describe(
        'OAuth apps registered per address; 0: no limit.',
      ),
      sign_up_per_hour: perWindow(20).describe('New accounts per address; 0: no limit.'),
      invitation_tries_per_hour: perWindow(30).describe(
        'Invitation codes tried per address; 0: no limit.',
      ),
      api_per_5_minutes: perWindow(1500).describe('API requests per account; 0: no limit.'),
      api_anonymous_per_5_minutes: perWindow(600).describe(
        'API requests per address without sign-in; 0: no limit.',
      ),
      translations_per_hour: perWindow(300).describe('Posts translated per account; 0: no limit.'),
      streams_per_person: z
        .int()
        .min(1)
        .max(10_000)
        .default(30)
        .describe('Live connections of one person to one process.'),
      streams: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(5000)
        .describe('Live connections to one process.'),
      stream_waiting_bytes: size(1_048_576).describe(
        'Bytes that wait for a live connection before it is let go as too slow.',
      ),
      password_mails_per_hour: perWindow(10).describe(
        'E-mails with a link for a new password, per address asked from and per person; 0: no limit.',
      ),
      exports_per_day: perWindow(5).describe('Archives of the own data per account; 0: no limit.'),
      uploads_per_hour: perWindow(300).describe('Uploads per account; 0: no limit.'),
      unfinished_uploads: z
        .int()
        .min(1)
        .max(1000)
        .default(20)
        .describe('Uploads in parts that one person has under way.'),
      posts_per_hour: perWindow(600).describe('Posts per account; 0: no limit.'),
      reports_per_hour: perWindow(60).describe('Reports to moderators per account; 0: no limit.'),
      open_reports_per_host: z
        .int()
        .min(1)
        .max(100_000)
        .default(500)
        .describe('Unresolved reports kept of one remote host.'),
      inbox_per_minute_per_host: perWindow(6000).describe(
        'Activities accepted per remote host; 0: no limit.',
      ),
      inbox_backlog: z
        .int()
        .min(0)
        .max(10_000_000)
        .default(50_000)
        .describe(
          'Activities waiting to be processed before others are told to come back; 0: no limit.',
        ),
      inbox_backlog_per_host: z
        .int()
        .min(0)
        .max(10_000_000)
        .default(20_000)
        .describe('The same, of one remote host; 0: no limit.'),
      pending_hosts: z
        .int()
        .min(1)
        .max(100_000)
        .default(500)
        .describe('Unknown hosts kept for the admin to look at.'),
    })
    .prefault({}),
  profiles: z
    .strictObject({
      org_chart: z
        .enum(['people', 'admins'])
        .default('people')
        .describe('Who says whom somebody reports to: people themselves, or admins alone.'),
    })
    .prefault({}),
  translation: z
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
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
        .default('info')
        .describe('Least severe line that is written.'),
      pretty: z
        .enum(['auto', 'always', 'never'])
        .default('auto')
        .describe('auto: readable lines on a terminal, JSON elsewhere.'),
    })
    .prefault({}),
  roles: z
    .enum(['all', 'web', 'worker'])
    .default('all')
    .describe('What this process does: web answers HTTP, worker runs the queues.'),
});

/** The whole configuration, validated, every default filled in. */
export type Config = z.output<typeof configSchema>;
