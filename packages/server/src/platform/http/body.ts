/** Request bodies: JSON, forms and multipart, bounded, as one object of fields plus files. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import type { Context } from 'koa';
import qs from 'qs';
import { AppError, invalid } from '../app-error.ts';

/** An uploaded file, on disk until the request ends. `filename` and `mediaType` are the sender's claim. */
export type UploadedFile = { path: string; filename: string; mediaType: string; bytes: number };

export type RequestBody = {
  fields: Record<string, unknown>;
  files: Record<string, UploadedFile>;
  /** Removes the files; call when the request is done. */
  discard: () => Promise<void>;
};

const MAX_TEXT_BYTES = 1_048_576;
const MAX_FIELDS = 500;
/** Of a request whose body is not read here. */
export const NO_BODY: RequestBody = { fields: {}, files: {}, discard: async () => {} };

/** `a[]=1&a[]=2&b[c]=3` as the Mastodon API writes lists and objects. */
export function parseForm(text: string): Record<string, unknown> {
  return qs.parse(text, {
    arrayLimit: 200,
    depth: 5,
    parameterLimit: MAX_FIELDS,
    ignoreQueryPrefix: true,
  }) as Record<string, unknown>;
}

/**
 * Reads the body by its media type.
 *
 * @throws AppError too_large, unsupported_media or bad_request
 */
export async function readBody(
  ctx: Context,
  options: { maxFileBytes: number },
): Promise<RequestBody> {
  if (['GET', 'HEAD'].includes(ctx.method)) return NO_BODY;
  const type = ctx.is('json', '+json', 'urlencoded', 'multipart');
  if (type === 'multipart') return readMultipart(ctx, options.maxFileBytes);
  const raw = await readBytes(ctx, MAX_TEXT_BYTES);
  if (raw.length === 0) return NO_BODY;
  if (type === 'urlencoded') return { ...NO_BODY, fields: parseForm(raw.toString('utf8')) };
  if (!type) throw new AppError('unsupported_media', 'Send JSON, a form or multipart/form-data');
  return { ...NO_BODY, fields: parseJsonObject(raw) };
}

function parseJsonObject(raw: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(raw.toString('utf8'));
  } catch {
    throw new AppError('bad_request', 'The body is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('bad_request', 'The body must be a JSON object');
  }
  return value as Record<string, unknown>;
}

/** The raw bytes of a body, refused past `most`. */
export async function readBytes(ctx: Context, most: number): Promise<Buffer> {
  const announced = Number(ctx.get('content-length') || 0);
  if (announced > most) throw tooLarge(most);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw tooLarge(most);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function tooLarge(most: number): AppError {
  return new AppError('too_large', `The request is larger than ${most} bytes`);
}

async function readMultipart(ctx: Context, maxFileBytes: number): Promise<RequestBody> {
  const folder = await mkdtemp(join(tmpdir(), 'mitoyen-upload-'));
  const discard = () => rm(folder, { recursive: true, force: true });
  try {
    const { pairs, files } = await parseParts(ctx, folder, maxFileBytes);
    const text = pairs.map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    );
    return { fields: parseForm(text.join('&')), files, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

type Parts = { pairs: [string, string][]; files: Record<string, UploadedFile> };

function parseParts(ctx: Context, folder: string, maxFileBytes: number): Promise<Parts> {
  const parser = startParser(ctx, maxFileBytes);
  const pairs: [string, string][] = [];
  const files: Record<string, UploadedFile> = {};
  const writing: Promise<void>[] = [];
  let problem: AppError | null = null;

  return new Promise((resolve, reject) => {
    const refuse = (error: AppError) => {
      problem ??= error;
    };
    parser.on('field', (name, value) => pairs.push([name, value]));
    parser.on('file', (name, stream, info) => {
      if (maxFileBytes === 0) {
        refuse(invalid({ field: name, code: 'ERR_INVALID', message: 'takes no file here' }));
        stream.resume();
        return;
      }
      const path = join(folder, String(Object.keys(files).length));
      const file: UploadedFile = {
        path,
        filename: info.filename ?? '',
        mediaType: info.mimeType,
        bytes: 0,
      };
      files[name] = file;
      stream.on('data', (chunk: Buffer) => {
        file.bytes += chunk.length;
      });
      stream.on('limit', () => refuse(tooLarge(maxFileBytes)));
      writing.push(pipeline(stream, createWriteStream(path)));
    });
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      parser.on(limit, () => refuse(new AppError('too_large', 'The form has too many parts')));
    }
    parser.on('error', () => reject(new AppError('bad_request', 'The multipart body is broken')));
    parser.on('close', () => {
      Promise.all(writing).then(
        () => (problem ? reject(problem) : resolve({ pairs, files })),
        reject,
      );
    });
    ctx.req.on('aborted', () => reject(new AppError('bad_request', 'The request was aborted')));
    ctx.req.pipe(parser);
  });
}

function startParser(ctx: Context, maxFileBytes: number): busboy.Busboy {
  try {
    return busboy({
      headers: ctx.req.headers,
      // Browsers and apps write file names in UTF-8.
      defParamCharset: 'utf8',
      limits: {
        fileSize: Math.max(1, maxFileBytes),
        files: 4,
        fields: MAX_FIELDS,
        fieldSize: MAX_TEXT_BYTES,
        parts: MAX_FIELDS + 4,
      },
    });
  } catch {
    throw new AppError('bad_request', 'The multipart body has no boundary');
  }
}
