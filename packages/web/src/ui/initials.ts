/** Two letters and a colour for whoever has no picture; the same name has always the same. */
export const TINTS = 8;

export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const [first = '?', ...others] = words;
  const last = others.at(-1);
  return last ? `${[...first][0]}${[...last][0]}`.toUpperCase() : [...first].slice(0, 2).join('');
}

export function tint(name: string): number {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % TINTS;
}
