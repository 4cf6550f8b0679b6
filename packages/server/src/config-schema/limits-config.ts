/** What one person, address or host may have and do. */
import { z } from 'zod';
import { perWindow, size } from './values.ts';

export const limitsConfig = z
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
    event_title_characters: z
      .int()
      .min(10)
      .max(500)
      .default(150)
      .describe('Characters in the title of an event.'),
    event_location_characters: z
      .int()
      .min(10)
      .max(500)
      .default(300)
      .describe('Characters in the place of an event.'),
    event_max_days: z.int().min(1).max(3660).default(366).describe('Days that one event lasts.'),
    event_max_years_ahead: z
      .int()
      .min(1)
      .max(100)
      .default(10)
      .describe('How many years from now an event can be.'),
    event_capacity: z
      .int()
      .min(1)
      .max(10_000_000)
      .default(1_000_000)
      .describe('Most people that an event can have places for.'),
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
    sign_in_per_15_minutes: perWindow(20).describe(
      'Sign-in attempts per address and per account; 0: no limit.',
    ),
    token_per_15_minutes: perWindow(60).describe('OAuth token requests per address; 0: no limit.'),
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
    home_reads_per_hour: perWindow(600).describe(
      'Posts read at the home of their group, where no whole copy is kept here, per account; 0: no limit.',
    ),
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
      'Activities that one remote host has signed, accepted by each process; of a large one each started 16 KiB counts; 0: no limit.',
    ),
    inbox_unsigned_per_minute_per_address: perWindow(600).describe(
      'Requests of other servers from one address whose signature does not hold, looked at by each process; 0: no limit.',
    ),
    remote_gets_per_minute_per_host: perWindow(600).describe(
      'Documents, keys and pictures asked of one remote host by each process; 0: no limit.',
    ),
    remote_gets_for_others_per_minute_per_host: perWindow(300).describe(
      'Of these, what is asked of others because of what one remote host sent; 0: no limit.',
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
    offers_per_hour_per_host: perWindow(60).describe(
      'Agreements, and changes of one, that one host offers; 0: no limit.',
    ),
    dead_letters_per_host: z
      .int()
      .min(1)
      .max(100_000)
      .default(1000)
      .describe('Dead letters kept of one remote host, in each direction; the oldest go.'),
    dead_letter_bytes_per_host: z
      .int()
      .min(1_048_576)
      .max(10_000_000_000)
      .default(50_000_000)
      .describe(
        'Bytes kept of what one remote host sent and could not be processed; the oldest go.',
      ),
    pending_hosts: z
      .int()
      .min(1)
      .max(100_000)
      .default(500)
      .describe('Unknown hosts kept for the admin to look at.'),
  })
  .prefault({});
