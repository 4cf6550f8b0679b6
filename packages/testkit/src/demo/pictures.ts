/** Pictures for the demo, drawn here: landscapes, avatars with initials, covers. */
import sharp from 'sharp';

function draw(width: number, height: number, body: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** Hills under a sky; `hue` 0-359. */
export function landscape(hue: number): Promise<Buffer> {
  return draw(
    1200,
    750,
    `<defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="hsl(${hue},60%,76%)"/><stop offset="1" stop-color="hsl(${hue + 20},55%,88%)"/></linearGradient></defs>
<rect width="1200" height="750" fill="url(#s)"/><circle cx="840" cy="190" r="90" fill="#fdeccb"/>
<ellipse cx="260" cy="820" rx="720" ry="330" fill="hsl(${hue + 120},40%,32%)"/><ellipse cx="1000" cy="860" rx="640" ry="300" fill="hsl(${hue + 140},35%,42%)"/>`,
  );
}

export function avatar(initials: string, hue: number): Promise<Buffer> {
  return draw(
    400,
    400,
    `<rect width="400" height="400" fill="hsl(${hue},45%,38%)"/><text x="200" y="252" font-family="sans-serif" font-size="150" font-weight="700" fill="#fff" text-anchor="middle">${initials}</text>`,
  );
}

export function cover(hue: number): Promise<Buffer> {
  return draw(
    1500,
    500,
    `<rect width="1500" height="500" fill="hsl(${hue},70%,88%)"/><ellipse cx="320" cy="560" rx="620" ry="330" fill="hsl(${hue + 20},35%,47%)"/><ellipse cx="1250" cy="600" rx="560" ry="330" fill="hsl(${hue - 40},48%,50%)"/>`,
  );
}
