/** Where this process listens, what it keeps its data in, and what it writes of its doings. */
import { z } from 'zod';
import { cidr } from './values.ts';

export const httpConfig = z
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
  .prefault({});

export const databaseConfig = z
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
  .prefault({});

export const redisConfig = z
  .strictObject({
    url: z
      .string()
      .regex(/^(rediss?|unix):\/\//, 'is not a Redis address (redis://...)')
      .optional()
      .describe('Redis 7 or Valkey, with maxmemory-policy noeviction; absent: a private one.'),
  })
  .prefault({});

export const logConfig = z
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
  .prefault({});
