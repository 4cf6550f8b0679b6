/** Uploads that may be interrupted and go on (tus 1.0): types and pure rules. */
export type Resumable = {
  _id: string;
  owner: string;
  /** Bytes of the whole file, and how many are here. */
  length: number;
  offset: number;
  /** Blob keys of what has come, in order. */
  parts: string[];
  filename: string;
  mediaType: string;
  alt: string;
  focus: { x: number; y: number };
  /** Absent once it is a media, or has failed. */
  open?: true;
  /** When a process began to make a media of it: others keep off for a while. */
  finishingAt?: number;
  media?: string;
  failure?: string;
  createdAt: number;
  expiresAt: number;
};

export const TUS_VERSION = '1.0.0';
export const TUS_EXTENSIONS = 'creation,expiration,termination';
/** What is kept at once of a request that goes on: a crash loses less than this. */
export const PART_BYTES = 8 * 1_048_576;
/** Bounds what somebody can make of a file sent byte by byte. */
export const MOST_PARTS = 2000;

const MOST_METADATA = 8192;
const PAIR = /^([\x21-\x2b\x2d-\x7e]+)(?: ([A-Za-z0-9+/]*={0,2}))?$/;

/** `filename cGhvdG8=,is_private`: names with values in base64; null where it is not that. */
export function parseMetadata(header: string): Record<string, string> | null {
  if (header.length > MOST_METADATA) return null;
  const found: Record<string, string> = {};
  for (const pair of header.split(',').map((one) => one.trim())) {
    if (pair === '') continue;
    const [, name, value = ''] = PAIR.exec(pair) ?? [];
    if (name === undefined) return null;
    found[name] = Buffer.from(value, 'base64').toString('utf8');
  }
  return found;
}

/** A whole number of bytes as a header says it; null where it is none. */
export function parseBytes(header: string): number | null {
  return /^\d{1,15}$/.test(header) ? Number(header) : null;
}

export function isWhole(upload: Pick<Resumable, 'length' | 'offset'>): boolean {
  return upload.offset === upload.length;
}

export function partKey(random: string): string {
  return `parts/${random.slice(-2)}/${random}.bin`;
}
