/**
 * Pictures for what has none. Apps on phones do not draw SVG: they get PNG files, made of the
 * drawings here (which older links still name).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SVG = 'image/svg+xml';
const svg = (size: string, body: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}">${body}</svg>`;

type Asset = { type: string; body: string | Buffer };

const DRAWN: Record<string, Asset> = {
  '/assets/missing-avatar.svg': {
    type: SVG,
    body: svg(
      '96 96',
      '<rect width="96" height="96" fill="#c9d3df"/><circle cx="48" cy="38" r="17" fill="#7b8a9c"/><path d="M14 96c2-22 16-32 34-32s32 10 34 32z" fill="#7b8a9c"/>',
    ),
  },
  '/assets/missing-header.svg': {
    type: SVG,
    body: svg('300 100', '<rect width="300" height="100" fill="#dbe3ec"/>'),
  },
  '/assets/thumbnail.svg': {
    type: SVG,
    body: svg(
      '240 126',
      '<rect width="240" height="126" fill="#005a9c"/><path d="M84 50h48a18 18 0 0 1 0 36H96m60-10h-48a18 18 0 0 1 0-36h36" fill="none" stroke="#fff" stroke-width="10" stroke-linecap="round"/>',
    ),
  },
};

const PICTURES = join(import.meta.dirname, 'pictures');
const NAMES = [
  'missing-avatar',
  'missing-header',
  'thumbnail',
  'thumbnail@2x',
  'icon-192',
  'icon-512',
];

/** Of the picture that stands for a server, before it is there; a test makes it anew. */
export const THUMBNAIL_BLURHASH = 'LC8r%~tS00NMx_ofRjWB00WB~pt7';

export const ASSETS: Record<string, Asset> = {
  ...DRAWN,
  ...Object.fromEntries(
    NAMES.map((name): [string, Asset] => [
      `/assets/${name}.png`,
      { type: 'image/png', body: readFileSync(join(PICTURES, `${name}.png`)) },
    ]),
  ),
};
