/** The built web client, read once at start: a few dozen small files, some with a brotli twin. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export type WebFile = {
  type: string;
  body: Buffer;
  brotli: Buffer | null;
  /** Its name changes with its content, so it may be kept for ever. */
  hashed: boolean;
};

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The files below a folder by their path, or null where nothing was built there. */
export function readWebFiles(folder: string): Map<string, WebFile> | null {
  if (!existsSync(join(folder, 'index.html'))) return null;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.flatMap((name): [string, WebFile][] => {
    const type = TYPES[extname(name)];
    if (!type || name.startsWith('.')) return [];
    const path = join(folder, name);
    const twin = `${path}.br`;
    return [
      [
        `/${name}`,
        {
          type,
          body: readFileSync(path),
          brotli: existsSync(twin) ? readFileSync(twin) : null,
          hashed: name.startsWith('client/'),
        },
      ],
    ];
  });
  return new Map(files);
}
