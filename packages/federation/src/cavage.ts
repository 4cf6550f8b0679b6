/** HTTP signatures, draft-cavage-http-signatures-12, as the fediverse speaks it. */
import { type KeyObject, sign } from 'node:crypto';

export type CavageSignature = {
  keyId: string;
  algorithm: string;
  headers: string[];
  signature: Buffer;
  created?: number;
  expires?: number;
};

const MOST_HEADERS = 50;

/** Reads a Signature header; null where it is malformed. */
export function parseCavage(header: string): CavageSignature | null {
  if (header.length > 8192) return null;
  const parts = new Map<string, string>();
  for (const [, name = '', quoted, bare] of header.matchAll(
    /([a-zA-Z]+)=(?:"([^"]*)"|(\d+))\s*(?:,|$)/g,
  )) {
    if (parts.has(name)) return null;
    parts.set(name, quoted ?? bare ?? '');
  }
  const keyId = parts.get('keyId');
  const signature = parts.get('signature');
  if (!keyId || !signature) return null;
  const headers = (parts.get('headers') ?? 'date').toLowerCase().split(/\s+/).filter(Boolean);
  if (headers.length > MOST_HEADERS) return null;
  const number = (name: string) => (parts.has(name) ? Number(parts.get(name)) : undefined);
  return {
    keyId,
    algorithm: (parts.get('algorithm') ?? 'hs2019').toLowerCase(),
    headers,
    signature: Buffer.from(signature, 'base64'),
    created: number('created'),
    expires: number('expires'),
  };
}

/** The string that is signed; null where a named header is not there. */
export function cavageString(
  names: string[],
  request: {
    method: string;
    target: string;
    headers: Record<string, string | undefined>;
    created?: number;
    expires?: number;
  },
): string | null {
  const lines: string[] = [];
  for (const name of names) {
    const value = cavageValue(name, request);
    if (value === undefined) return null;
    lines.push(`${name}: ${value}`);
  }
  return lines.join('\n');
}

function cavageValue(
  name: string,
  request: Parameters<typeof cavageString>[1],
): string | undefined {
  if (name === '(request-target)') return `${request.method.toLowerCase()} ${request.target}`;
  if (name === '(created)') return request.created?.toString();
  if (name === '(expires)') return request.expires?.toString();
  return request.headers[name]?.trim();
}

export function signCavage(text: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(text), key).toString('base64');
}
