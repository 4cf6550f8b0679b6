/** An S3 server on loopback that checks every signature: one bucket, in memory. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type S3Keys, signatureProblem } from './s3-signature.ts';

type Reply = { status: number; headers?: Record<string, string>; body?: Buffer | string };
type Stored = { bytes: Buffer; at: Date };
type Asked = { method: string; key: string; query: URLSearchParams; range: string; body: Buffer };

export type S3Server = {
  endpoint: string;
  bucket: string;
  keys: S3Keys;
  objects: Map<string, Stored>;
  /** What was asked, as "PUT media/..". */
  asked: string[];
  /** From now on every request is answered with this status; null: rightly again. */
  fail: (status: number | null) => void;
  stop: () => Promise<void>;
};

export async function startS3Server(): Promise<S3Server> {
  const keys = { accessKeyId: 'mitoyen-test', secretAccessKey: 'not-a-secret', region: 'here-1' };
  const bucket = 'files';
  const objects = new Map<string, Stored>();
  const asked: string[] = [];
  const answer = createAnswers(objects);
  let failing: number | null = null;

  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', 'http://s3');
    const [, ofBucket, ...path] = decodeURIComponent(url.pathname).split('/');
    const key = path.join('/');
    asked.push(`${request.method} ${key}`);
    const problem = signatureProblem(request, body, keys);
    if (failing !== null) return send(response, error(failing, 'SlowDown'));
    if (problem) return send(response, error(403, problem));
    if (ofBucket !== bucket) return send(response, error(404, 'NoSuchBucket'));
    send(response, answer(toAsked(request, key, url.searchParams, body)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    keys,
    objects,
    asked,
    fail: (status) => {
      failing = status;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toAsked(
  request: IncomingMessage,
  key: string,
  query: URLSearchParams,
  body: Buffer,
): Asked {
  return { method: request.method ?? '', key, query, range: request.headers.range ?? '', body };
}

function createAnswers(objects: Map<string, Stored>): (asked: Asked) => Reply {
  const uploads = new Map<string, Map<number, Buffer>>();

  return (asked) => {
    const { method, key, query, body } = asked;
    const uploadId = query.get('uploadId');
    if (method === 'POST' && query.has('uploads')) {
      const id = `upload-${uploads.size + 1}`;
      uploads.set(id, new Map());
      return xml(
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (uploadId !== null) return answerUpload(asked, uploadId);
    if (method === 'PUT') return stored(key, body);
    if (method === 'DELETE') {
      objects.delete(key);
      return { status: 204 };
    }
    if (method === 'GET' && key === '') return listed(query);
    return got(asked);
  };

  function answerUpload({ method, key, query, body }: Asked, id: string): Reply {
    const parts = uploads.get(id);
    if (!parts) return error(404, 'NoSuchUpload');
    if (method === 'PUT') {
      parts.set(Number(query.get('partNumber')), body);
      return { status: 200, headers: { etag: etag(body) } };
    }
    uploads.delete(id);
    if (method === 'DELETE') return { status: 204 };
    const whole = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    stored(key, Buffer.concat(whole));
    return xml(`<CompleteMultipartUploadResult><ETag>${id}</ETag></CompleteMultipartUploadResult>`);
  }

  function stored(key: string, bytes: Buffer): Reply {
    objects.set(key, { bytes, at: new Date() });
    return { status: 200, headers: { etag: etag(bytes) } };
  }

  function got({ method, key, range }: Asked): Reply {
    const found = objects.get(key);
    if (!found) return error(404, 'NoSuchKey');
    const { bytes } = found;
    const headers = { etag: etag(bytes), 'accept-ranges': 'bytes' };
    if (method === 'HEAD')
      return { status: 200, headers: { ...headers, 'content-length': String(bytes.length) } };
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
    if (from === undefined) return { status: 200, headers, body: bytes };
    const start = Number(from);
    const end = Math.min(to ? Number(to) : bytes.length - 1, bytes.length - 1);
    if (start > end) return error(416, 'InvalidRange');
    return {
      status: 206,
      headers: { ...headers, 'content-range': `bytes ${start}-${end}/${bytes.length}` },
      body: bytes.subarray(start, end + 1),
    };
  }

  function listed(query: URLSearchParams): Reply {
    const after = query.get('continuation-token') ?? '';
    const most = Number(query.get('max-keys') ?? 1000);
    const names = [...objects.keys()]
      .filter((name) => name.startsWith(query.get('prefix') ?? '') && name > after)
      .sort();
    const page = names.slice(0, most);
    const more = names.length > page.length;
    const rows = page.map((name) => {
      const { bytes, at } = objects.get(name) ?? { bytes: Buffer.alloc(0), at: new Date() };
      return `<Contents><Key>${name}</Key><Size>${bytes.length}</Size><LastModified>${at.toISOString()}</LastModified></Contents>`;
    });
    const token = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    return xml(
      `<ListBucketResult><IsTruncated>${more}</IsTruncated>${token}${rows.join('')}</ListBucketResult>`,
    );
  }
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body ?? ''), ...headers });
  response.end(body);
}

function xml(body: string, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

function error(status: number, code: string): Reply {
  return xml(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`, status);
}

function etag(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}
