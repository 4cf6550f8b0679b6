/**
 * Every key of `mitoyen.yaml`, with its default, unit and meaning. The example file,
 * the reference page and the JSON schema are made from this one description.
 */
import { z } from 'zod';
import { federationConfig } from './config-schema/federation-config.ts';
import { mediaConfig, storageConfig, virusScanConfig } from './config-schema/files-config.ts';
import { limitsConfig } from './config-schema/limits-config.ts';
import { mailConfig, pushConfig, translationConfig } from './config-schema/messages-config.ts';
import {
  instanceConfig,
  profilesConfig,
  registrationConfig,
  trendsConfig,
} from './config-schema/organization-config.ts';
import {
  databaseConfig,
  httpConfig,
  logConfig,
  redisConfig,
} from './config-schema/services-config.ts';
import { signInConfig } from './config-schema/sign-in-config.ts';

export const configSchema = z.strictObject({
  instance: instanceConfig,
  http: httpConfig,
  data_dir: z
    .string()
    .min(1)
    .default('./data')
    .describe('Embedded database, private Redis, media and keys live here.'),
  database: databaseConfig,
  redis: redisConfig,
  federation: federationConfig,
  registration: registrationConfig,
  sign_in: signInConfig,
  media: mediaConfig,
  storage: storageConfig,
  virus_scan: virusScanConfig,
  mail: mailConfig,
  push: pushConfig,
  limits: limitsConfig,
  profiles: profilesConfig,
  trends: trendsConfig,
  translation: translationConfig,
  log: logConfig,
  roles: z
    .enum(['all', 'web', 'worker'])
    .default('all')
    .describe('What this process does: web answers HTTP, worker runs the queues.'),
});

/** The whole configuration, validated, every default filled in. */
export type Config = z.output<typeof configSchema>;
