/** A preview of Markdown as the server will read it: blocks and marks as data, never as HTML. */
export type Mark = {
  text: string;
  kind: 'plain' | 'bold' | 'italic' | 'code' | 'strike' | 'link';
  href?: string;
};
export type Block = { kind: 'text' | 'quote' | 'code' | 'list' | 'steps'; lines: Mark[][] };

const MARK =
  /(`[^`\n]+`)|(\*\*[^*\n]+\*\*)|(~~[^~\n]+~~)|(\*[^*\n]+\*|\b_[^_\n]+_\b)|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)|(https?:\/\/[^\s<>)]+)/g;

export function readMarkdown(text: string): Block[] {
  return text
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== '')
    .map(readBlock);
}

function readBlock(part: string): Block {
  if (/^```/.test(part))
    return {
      kind: 'code',
      lines: [[{ kind: 'plain', text: part.replace(/^```.*\n?|\n?```$/g, '') }]],
    };
  const lines = part.split('\n');
  const every = (pattern: RegExp) => lines.every((line) => pattern.test(line));
  const stripped = (pattern: RegExp) => lines.map((line) => readMarks(line.replace(pattern, '')));
  if (every(/^>\s?/)) return { kind: 'quote', lines: stripped(/^>\s?/) };
  if (every(/^[-*]\s/)) return { kind: 'list', lines: stripped(/^[-*]\s/) };
  if (every(/^\d+[.)]\s/)) return { kind: 'steps', lines: stripped(/^\d+[.)]\s/) };
  return { kind: 'text', lines: lines.map(readMarks) };
}

export function readMarks(line: string): Mark[] {
  const marks: Mark[] = [];
  let at = 0;
  for (const found of line.matchAll(MARK)) {
    if (found.index > at) marks.push({ kind: 'plain', text: line.slice(at, found.index) });
    marks.push(toMark(found));
    at = found.index + found[0].length;
  }
  if (at < line.length) marks.push({ kind: 'plain', text: line.slice(at) });
  return marks;
}

function toMark([whole, code, bold, strike, italic, label, address]: RegExpMatchArray): Mark {
  if (code) return { kind: 'code', text: whole.slice(1, -1) };
  if (bold) return { kind: 'bold', text: whole.slice(2, -2) };
  if (strike) return { kind: 'strike', text: whole.slice(2, -2) };
  if (italic) return { kind: 'italic', text: whole.slice(1, -1) };
  return { kind: 'link', text: label ?? whole, href: address ?? whole };
}
