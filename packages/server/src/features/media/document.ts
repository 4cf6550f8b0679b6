/** Documents: which are taken, how they are called. They are stored as they are and never shown here. */
import { invalid } from '../../platform/app-error.ts';

type Family = { name: string; sniffed: RegExp | null };

const ZIP: Family = {
  name: 'a zip file',
  sniffed: /^application\/(zip|vnd\.openxmlformats-.+|vnd\.oasis\..+)$/,
};
/** Word, Excel and PowerPoint before 2007. */
const COMPOUND: Family = { name: 'an old office file', sniffed: /^application\/x-cfb$/ };
const TEXT: Family = { name: 'plain text', sniffed: null };
const OFFICE = 'application/vnd.openxmlformats-officedocument';
const OPEN = 'application/vnd.oasis.opendocument';

/** By the end of the name: the type told to others, and what the bytes must look like. */
const KINDS: ReadonlyMap<string, { mediaType: string; family: Family }> = new Map([
  ['pdf', { mediaType: 'application/pdf', family: { name: 'PDF', sniffed: /^application\/pdf$/ } }],
  ['docx', { mediaType: `${OFFICE}.wordprocessingml.document`, family: ZIP }],
  ['xlsx', { mediaType: `${OFFICE}.spreadsheetml.sheet`, family: ZIP }],
  ['pptx', { mediaType: `${OFFICE}.presentationml.presentation`, family: ZIP }],
  ['odt', { mediaType: `${OPEN}.text`, family: ZIP }],
  ['ods', { mediaType: `${OPEN}.spreadsheet`, family: ZIP }],
  ['odp', { mediaType: `${OPEN}.presentation`, family: ZIP }],
  ['zip', { mediaType: 'application/zip', family: ZIP }],
  ['doc', { mediaType: 'application/msword', family: COMPOUND }],
  ['xls', { mediaType: 'application/vnd.ms-excel', family: COMPOUND }],
  ['ppt', { mediaType: 'application/vnd.ms-powerpoint', family: COMPOUND }],
  ['txt', { mediaType: 'text/plain', family: TEXT }],
  ['md', { mediaType: 'text/markdown', family: TEXT }],
  ['csv', { mediaType: 'text/csv', family: TEXT }],
]);

export const DOCUMENT_TYPES: readonly string[] = [...KINDS.values()].map((kind) => kind.mediaType);
/** What browsers are told that it is, so that they store it and nothing else. */
export const STORED_TYPE = 'application/octet-stream';

/** Of a file, what its type is read from. */
export const HEAD_BYTES = 65_536;

const LONGEST_NAME = 120;
/** Control characters, what reorders text on the screen, and what means something in a path. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}/\\:*?"<>|]/gu;

function extensionOf(filename: string): string {
  return /\.([a-z0-9]{1,8})$/i.exec(filename.trim())?.[1]?.toLowerCase() ?? '';
}

/** Whether the name is that of a document; everything else is looked at as a picture. */
export function isDocumentName(filename: string): boolean {
  return KINDS.has(extensionOf(filename));
}

/** The name without folders and without what could deceive, its ending kept. */
export function safeName(filename: string): string {
  const extension = extensionOf(filename);
  const base = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
  const stem = base
    .trim()
    .slice(0, extension ? -extension.length - 1 : undefined)
    .normalize('NFC')
    .replace(UNSAFE, '')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const short = [...stem].slice(0, LONGEST_NAME).join('') || 'file';
  return extension ? `${short}.${extension}` : short;
}

/** The name of a document of another server, by the type and the description it claims; null for no document. */
export function remoteTitle(mediaType: string, description: string): string | null {
  for (const [extension, kind] of KINDS) {
    if (kind.mediaType !== mediaType) continue;
    return extensionOf(description) === extension ? safeName(description) : `file.${extension}`;
  }
  return null;
}

/** The `Content-Disposition` of a document: RFC 6266, its name also as RFC 8187. */
export function attachmentHeader(name: string): string {
  const ascii = name
    .normalize('NFD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/["\\%]/g, '');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/**
 * Compares the name with the bytes.
 *
 * @param sniffed the type by its first bytes, where they tell
 * @returns the media type told to others
 * @throws AppError `invalid` that says why the file cannot be taken
 */
export function checkDocument(filename: string, head: Buffer, sniffed: string | null): string {
  const extension = extensionOf(filename);
  const kind = KINDS.get(extension);
  if (!kind) throw refused(`ends in .${extension}, which is not taken here`);
  const { mediaType, family } = kind;
  if (head.length === 0) throw refused('is empty');
  if (family.sniffed === null) {
    if (sniffed !== null) throw refused(`is ${sniffed}, though its name ends in .${extension}`);
    checkText(head, extension);
  } else if (sniffed === null || !family.sniffed.test(sniffed)) {
    const found = sniffed === null ? `is not ${family.name}` : `is ${sniffed}`;
    throw refused(`${found}, though its name ends in .${extension}`);
  }
  return mediaType;
}

function checkText(head: Buffer, extension: string): void {
  if (head.includes(0)) throw refused(`is not text, though its name ends in .${extension}`);
  const start = head.toString('utf8').replace(/^[\uFEFF\s]+/, '');
  if (/^<(!doctype|html|svg|script|\?xml|head|body|iframe)/i.test(start))
    throw refused(`is a web page or a drawing, though its name ends in .${extension}`);
}

function refused(message: string): Error {
  return invalid({ field: 'file', code: 'ERR_INVALID', message });
}
