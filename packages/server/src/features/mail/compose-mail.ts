/** An e-mail as plain text and as HTML, with the whole text of what it is about. */
import { htmlToText } from '@mitoyen/federation';

export type MailEntry = {
  /** Who did what. */
  title: string;
  /** Sanitized HTML of the post; empty where there is none. */
  html: string;
  /** A content warning stands for the text. */
  warning: string;
  pictures: string[];
  url: string;
};

export type MailSection = { heading: string | null; entries: MailEntry[] };

export type MailBody = {
  greeting: string | null;
  sections: MailSection[];
  /** Plain paragraphs, and one link. */
  paragraphs?: string[];
  link?: { label: string; url: string };
  openLabel: string;
  footer: string[];
  unsubscribe?: { label: string; url: string };
};

export function composeText(body: MailBody): string {
  const entries = body.sections.flatMap(({ heading, entries: of }) => [
    ...(heading ? [`== ${heading} ==`] : []),
    ...of.map((entry) =>
      [entry.title, textOf(entry), ...entry.pictures.map((one) => `[${one}]`), entry.url]
        .filter(Boolean)
        .join('\n\n'),
    ),
  ]);
  const footer = [
    ...body.footer,
    ...(body.unsubscribe ? [`${body.unsubscribe.label}: ${body.unsubscribe.url}`] : []),
  ];
  return [
    ...(body.greeting ? [body.greeting] : []),
    ...(body.paragraphs ?? []),
    ...(body.link ? [body.link.url] : []),
    ...entries,
    ...(footer.length > 0 ? [`-- \n${footer.join('\n')}`] : []),
  ].join('\n\n');
}

export function composeHtml(body: MailBody, language: string): string {
  const entries = body.sections.map(
    ({ heading, entries: of }) =>
      (heading ? `<h2 style="font-size:1.1em">${escapeHtml(heading)}</h2>` : '') +
      of.map((entry) => entryHtml(entry, body.openLabel)).join(''),
  );
  const paragraphs = [...(body.greeting ? [body.greeting] : []), ...(body.paragraphs ?? [])];
  const link = body.link
    ? `<p><a href="${escapeHtml(body.link.url)}">${escapeHtml(body.link.label)}</a></p>`
    : '';
  const stop = body.unsubscribe
    ? ` <a href="${escapeHtml(body.unsubscribe.url)}">${escapeHtml(body.unsubscribe.label)}</a>`
    : '';
  return `<!doctype html><html lang="${escapeHtml(language)}"><meta charset="utf-8"><body style="font-family:sans-serif;max-width:40em">${paragraphs
    .map((text) => `<p>${escapeHtml(text)}</p>`)
    .join('')}${link}${entries.join('')}<hr><p style="font-size:.85em">${body.footer
    .map(escapeHtml)
    .join(' ')}${stop}</p></body></html>`;
}

function entryHtml(entry: MailEntry, open: string): string {
  const text = entry.warning ? `<p>${escapeHtml(entry.warning)}</p>` : entry.html;
  const pictures = entry.pictures.map((one) => `<p><em>${escapeHtml(one)}</em></p>`).join('');
  return `<section style="margin:1.2em 0"><p><strong>${escapeHtml(entry.title)}</strong></p>${text}${pictures}<p><a href="${escapeHtml(entry.url)}">${escapeHtml(open)}</a></p></section>`;
}

function textOf({ html, warning }: MailEntry): string {
  return warning || htmlToText(html).trim();
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
