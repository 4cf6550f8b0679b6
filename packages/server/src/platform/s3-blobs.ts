/** Files in a bucket of an S3-compatible object storage (docs/decisions/0008). */
import { openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { S3mini } from 's3mini';
import { type Blobs, BlobsError, checkBlobKey, isBlobKey } from './blobs.ts';

export type Bucket = {
  /** The address of the service; the bucket is put into its path, or before its host. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  pathStyle: boolean;
  /** What all names begin with, for a bucket that others use too; without a slash at its ends. */
  prefix: string;
};

/** Until the storage begins to answer, and for all of a request that carries bytes to it. */
const ANSWER_MS = 15_000;
const SEND_MS = 120_000;
const PAGE = 1000;

export function createS3Blobs(where: Bucket): Blobs {
  const s3 = new S3mini({
    endpoint: bucketAddress(where),
    region: where.region,
    accessKeyId: where.accessKeyId,
    secretAccessKey: where.secretAccessKey,
    fetch: patientFetch,
  });
  const prefix = where.prefix === '' ? '' : `${where.prefix}/`;

  function nameOf(key: string): string {
    checkBlobKey(key);
    return `${prefix}${key}`;
  }

  return {
    put: async (key, bytes) => {
      await told(s3.putAnyObject(nameOf(key), bytes));
    },
    putFile: async (key, path) => {
      await told(s3.putAnyObject(nameOf(key), await openAsBlob(path)));
    },
    open: async (key, range) => {
      if (!isBlobKey(key)) return null;
      const answer = await orNull(
        range
          ? s3.getObjectRaw(nameOf(key), false, range.start, range.end + 1)
          : s3.getObjectRaw(nameOf(key)),
      );
      return answer && opened(answer);
    },
    sizeOf: async (key) => (isBlobKey(key) ? orNull(sizeOf(nameOf(key))) : null),
    remove: async (key) => {
      await orNull(s3.deleteObject(nameOf(key)));
    },
    list: async function* list() {
      let next: string | undefined;
      do {
        const page = await told(s3.listObjectsPaged('/', prefix, PAGE, next));
        if (!page) throw new BlobsError('the bucket is not there');
        for (const found of page.objects ?? []) {
          const key = found.Key.slice(prefix.length);
          if (isBlobKey(key))
            yield { key, size: found.Size, changedAt: found.LastModified.getTime() };
        }
        next = page.nextContinuationToken;
      } while (next);
    },
  };

  async function sizeOf(name: string): Promise<number> {
    try {
      return await s3.getContentLength(name);
    } catch (error) {
      throw error instanceof Error && error.cause !== undefined ? error.cause : error;
    }
  }
}

function bucketAddress({ endpoint, bucket, pathStyle }: Bucket): string {
  const url = new URL(endpoint);
  if (pathStyle) url.pathname = `${url.pathname.replace(/\/+$/, '')}/${bucket}`;
  else url.host = `${bucket}.${url.host}`;
  return url.href;
}

function opened(answer: Response): { stream: Readable; size: number } {
  const whole = /\/(\d+)$/.exec(answer.headers.get('content-range') ?? '')?.[1];
  const length = whole ?? answer.headers.get('content-length');
  const { body } = answer;
  if (length === null) throw new BlobsError('the object storage does not say how long a file is');
  return {
    stream: body ? Readable.fromWeb(body as ReadableStream) : Readable.from([]),
    size: Number(length),
  };
}

/** Null for what is not there; whatever else is wrong is thrown. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await told(answer);
  } catch (error) {
    if (error instanceof BlobsError && statusOf(error.cause) === 404) return null;
    throw error;
  }
}

async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BlobsError(`the object storage: ${reason}`, { cause: error });
  }
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'status' in error ? error.status : undefined;
}

/**
 * Bounds how long the storage may be silent. A file that is read is not bounded as a whole: how
 * long it takes is up to who reads it.
 */
async function patientFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const reads = init?.method === 'GET';
  const patience = new AbortController();
  const timer = setTimeout(
    () => patience.abort(new Error('the object storage does not answer')),
    reads ? ANSWER_MS : SEND_MS,
  );
  try {
    return await fetch(input, { ...init, redirect: 'error', signal: patience.signal });
  } finally {
    clearTimeout(timer);
  }
}
