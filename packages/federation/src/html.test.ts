import test from 'ava';
import fc from 'fast-check';
import { mentionedHandles, renderMarkdown } from './markdown.ts';
import { htmlToText, sanitizeRemoteHtml } from './sanitize-html.ts';

const render = (source: string) =>
  renderMarkdown(source, {
    mentions: (handle) =>
      handle.startsWith('nobody')
        ? null
        : { href: `https://x.example/users/${handle}`, url: `https://x.example/@${handle}` },
    hashtagUrl: (tag) => `https://x.example/tags/${tag}`,
  });

test('script, style, handlers, frames and odd schemes do not come through', (t) => {
  const hostile = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<p style="position:fixed">x</p>',
    '<iframe src="https://evil.example"></iframe>',
    '<svg><script>1</script></svg>',
    '<math><mi xlink:href="javascript:1">',
    '<a href="https://x" onclick="1">x</a>',
    '<form action="/"><input></form>',
    '<p class="top-bar">x</p>',
  ];
  for (const html of hostile) {
    const clean = sanitizeRemoteHtml(html);
    t.notRegex(
      clean,
      /script|onerror|onclick|javascript:|data:|style=|iframe|svg|math|form|input|top-bar|<img/i,
      html,
    );
  }
});

test('a link whose text shows another host names its own', (t) => {
  t.regex(
    sanitizeRemoteHtml('<a href="https://evil.example/x">https://bank.example/login</a>'),
    /bank\.example\/login \[evil\.example\]<\/a>/,
  );
  t.notRegex(sanitizeRemoteHtml('<a href="https://bank.example/x">www.bank.example</a>'), /\[/);
  t.regex(
    sanitizeRemoteHtml('<a href="https://a.example">x</a>'),
    /rel="nofollow noopener noreferrer" target="_blank"/,
  );
});

test('a link that is no absolute web or mail address leads nowhere', (t) => {
  for (const href of ['/settings/delete', '//evil.example', '#x', '?a', 'x', 'ftp://a.example', ''])
    t.notRegex(sanitizeRemoteHtml(`<a href="${href}">x</a>`), /href/, href);
  t.regex(sanitizeRemoteHtml('<a href="mailto:ann@a.example">x</a>'), /href="mailto:/);
});

test('what hides or disguises the text of a link does not hide its host', (t) => {
  const leadsTo = (inner: string) =>
    sanitizeRemoteHtml(`<a href="https://evil.example/x">${inner}</a>`);
  for (const inner of [
    'bank.example',
    'https://bank.example/login',
    'Log in: https://bank.example/login',
    'ba\u200bnk.exa\u00admple',
    '<span>bank</span>.example/login',
    '<span class="invisible">https://evil.example/</span>https://bank.example/login',
    'https://evil.example https://bank.example',
    `https://bank.example/${'x'.repeat(3000)}`,
    'https://evil.example@bank.example/',
    'bücher.example',
    'HTTPS://BANK.EXAMPLE',
  ])
    t.regex(leadsTo(inner), / \[evil\.example\]<\/a>$/, inner);
  for (const inner of [
    'read this',
    'evil.example/y',
    'https://www.evil.example',
    'notes.json',
    '@ann',
  ])
    t.notRegex(leadsTo(inner), /\[evil\.example\]/, inner);
  t.notRegex(leadsTo('<span class="invisible">x</span>'), /invisible/);
});

const ALLOWED_TAG =
  /^<\/?(?:p|br|span|a|del|s|pre|blockquote|code|b|strong|u|i|em|ul|ol|li|h3|h4|h5|h6|hr)(?: (?:href|rel|class|target|translate|start|reversed|value)="[^"<>]*")*(?: \/)?>$/;

/** Nothing but allowed elements and attributes, and only harmless schemes. */
function isHarmless(html: string): boolean {
  const tags = html.match(/<[^>]*>?/g) ?? [];
  const links = tags.flatMap((tag) => /href="([^"]*)"/.exec(tag)?.[1] ?? []);
  return (
    tags.every((tag) => ALLOWED_TAG.test(tag)) &&
    links.every((link) => /^(?:https?:\/\/|mailto:)/i.test(link))
  );
}

test('any text is sanitized to allowed elements and attributes, without an exception', (t) => {
  const pieces = fc.oneof(
    fc.constantFrom(
      '<',
      '>',
      '</a>',
      '<a href="',
      "<a href='",
      '"',
      "'",
      '<p>',
      '<p/',
      '&#',
      '&lt;',
      '&Tab;',
      '<!--',
      '-->',
      ']]>',
      '<![CDATA[',
      '<script',
      '</script>',
      '<style>',
      '<svg/onload=1>',
      '<math><mtext>',
      '<template>',
      'javascript:',
      'java\tscript:',
      'href=',
      'onerror=1 ',
      'style="x" ',
      'class="mention x" ',
      '\u0000',
      '\ud800',
      ' ',
    ),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) =>
      isHarmless(sanitizeRemoteHtml(parts.join(''))),
    ),
    { numRuns: 1500 },
  );
  t.pass();
});

test('paragraphs of plain text are what the sanitizer would make of them', (t) => {
  const pieces = fc.oneof(
    fc.constantFrom(
      '<p>',
      '</p>',
      '<br />',
      '&amp;',
      '&lt;',
      '"',
      "'",
      '&quot;',
      'https://x.example',
      '\n',
    ),
    fc.string({ unit: 'grapheme', maxLength: 5 }),
  );
  let plain = 0;
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), fc.boolean(), (parts, whole) => {
      const text = parts.join('').replace(/[<>&]/g, '');
      const html = whole ? `<p>${text}</p>` : parts.join('');
      const alone = sanitizeRemoteHtml(html);
      if (alone === html) plain += 1;
      // Behind something else, the same text takes the long road.
      t.is(sanitizeRemoteHtml(`${html}<hr />`), `${alone}<hr />`);
    }),
    { numRuns: 500 },
  );
  t.true(plain > 50);
});

test('any text is rendered from Markdown to allowed elements and attributes', (t) => {
  const pieces = fc.oneof(
    fc.constantFrom(
      '@ann',
      '#tag',
      '[',
      '](',
      ')',
      '`',
      '**',
      '\n> ',
      '\n- ',
      '<b>',
      'https://x.example',
      'javascript:1',
      '![',
      '"',
    ),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) =>
      isHarmless(render(parts.join('')).html),
    ),
    { numRuns: 500 },
  );
  t.pass();
});

test('long hostile text takes no long time (CVE-2025-68475)', (t) => {
  for (const unit of [
    '<a href="',
    '<a ',
    '<',
    '&',
    '[',
    '*',
    '@a',
    '@a.',
    '@-',
    '#',
    '<a href="x">',
    '<p>',
    '> ',
    '`',
    'http://',
    '_',
    '<!--',
  ]) {
    const started = performance.now();
    sanitizeRemoteHtml(unit.repeat(200_000 / unit.length));
    htmlToText(unit.repeat(200_000 / unit.length));
    render(unit.repeat(10_000 / unit.length));
    const took = performance.now() - started;
    t.true(took < 2_000, `${unit}: ${Math.round(took)} ms`);
  }
});

test('Markdown becomes HTML with mentions, hashtags and links', (t) => {
  const { html, mentions, hashtags } = render(
    'Hello **@ann** and @bob@b.example:3000, see #Pilot https://x.example/a_b',
  );
  t.regex(html, /<strong>.*@<span>ann<\/span>/);
  t.regex(html, /href="https:\/\/x\.example\/@bob@b\.example:3000"/);
  t.deepEqual(mentions, ['ann', 'bob@b.example:3000']);
  t.deepEqual(hashtags, ['pilot']);
  t.regex(html, /<a href="https:\/\/x\.example\/a_b"/);
});

test('code, links, e-mail addresses and unknown people are no mentions', (t) => {
  const { html, mentions, hashtags } = render(
    '`@ann #x` mail ann@x.example [@ann](https://x.example) @nobody #123 a#b',
  );
  t.deepEqual(mentions, []);
  t.deepEqual(hashtags, []);
  t.regex(html, /@nobody/);
});

test('raw HTML in Markdown is shown, not run', (t) => {
  t.notRegex(render('<script>alert(1)</script> <b>x</b>').html, /<script|<b>/);
  t.deepEqual(mentionedHandles('@ann, @ann and @bob@b.example.'), ['ann', 'bob@b.example']);
});

test('HTML as text keeps lines and decodes entities', (t) => {
  t.is(htmlToText('<p>a &amp; b<br>c</p><p>d &#x1F600;</p>'), 'a & b\nc\nd 😀');
});
