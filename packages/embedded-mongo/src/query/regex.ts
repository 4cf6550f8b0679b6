import { type Elem, utf8 } from '../bson/raw.ts';
import { MongoError } from '../errors.ts';

/** Compiles a PCRE pattern as MongoDB knows it to a JavaScript one, or refuses it. */
export function compilePattern(source: string, options: string): RegExp {
  let flags = '';
  let pattern = source;
  let letters = options;
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  if (inline) {
    letters += inline[1];
    pattern = pattern.slice(inline[0].length);
  }
  for (const letter of new Set(letters)) {
    if (letter === 'i' || letter === 'm' || letter === 's') flags += letter;
    else if (letter === 'x') pattern = stripExtended(pattern);
    else if (letter !== 'u' && letter !== 'l') {
      throw new MongoError(51108, `invalid flag in regex options: ${letter}`);
    }
  }
  try {
    return new RegExp(pattern, `${flags}u`);
  } catch {
    // PCRE tolerates escapes that the strict Unicode mode does not.
    try {
      return new RegExp(pattern, flags);
    } catch (error) {
      throw new MongoError(51091, `Regular expression is invalid: ${(error as Error).message}`);
    }
  }
}

/** The `x` flag: white space and comments outside of classes mean nothing. */
function stripExtended(pattern: string): string {
  return pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\s+|#[^\n]*/gs, (part) =>
    part.startsWith('\\') || part.startsWith('[') ? part : '',
  );
}

export function patternOf(elem: Elem): RegExp {
  const { buf, start, end } = elem;
  let split = start;
  while (buf[split] !== 0) split++;
  return compilePattern(utf8(buf, start, split), utf8(buf, split + 1, end - 1));
}

/** The literal text that every match of the pattern must start with, or ''. */
export function literalPrefix(pattern: RegExp): string {
  if (/[ims]/.test(pattern.flags) || !pattern.source.startsWith('^')) return '';
  if (/(^|[^\\])\|/.test(pattern.source)) return '';
  let prefix = '';
  let rest = pattern.source.slice(1);
  for (;;) {
    const match = /^(?:\\([^a-zA-Z0-9])|([^\\^$.|?*+()[\]{}]))(?![?*{])/u.exec(rest);
    if (!match) return prefix;
    prefix += match[1] ?? match[2];
    rest = rest.slice(match[0].length);
  }
}
