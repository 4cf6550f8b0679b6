/** The storage that the configuration names. */
import { join } from 'node:path';
import type { Config } from '../config-schema.ts';
import type { Blobs } from './blobs.ts';
import { createDiskBlobs } from './disk-blobs.ts';
import { createS3Blobs } from './s3-blobs.ts';

export function createBlobs(
  config: Pick<Config, 'storage' | 'data_dir'>,
  nextId: () => string,
  kind = config.storage.kind,
): Blobs {
  if (kind === 'disk') return createDiskBlobs(join(config.data_dir, 'media'), nextId);
  const { storage } = config;
  return createS3Blobs({
    endpoint: storage.endpoint ?? '',
    bucket: storage.bucket ?? '',
    region: storage.region,
    accessKeyId: storage.access_key_id ?? '',
    secretAccessKey: storage.secret_access_key ?? '',
    pathStyle: storage.path_style,
    prefix: storage.prefix,
  });
}
