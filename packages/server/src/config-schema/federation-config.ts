/** The exchange with other servers. */
import { z } from 'zod';
import { cidr } from './values.ts';

export const federationConfig = z
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
    delivery_per_minute_per_host: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(6000)
      .describe(
        'Deliveries to one host in a minute, by all workers together; the rest goes out in the next. 0: no limit.',
      ),
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
    dead_letter_days: z
      .int()
      .min(1)
      .max(365)
      .default(30)
      .describe(
        'Days that dead letters are kept: what could not be delivered, and what came in and could not be processed.',
      ),
  })
  .prefault({});
