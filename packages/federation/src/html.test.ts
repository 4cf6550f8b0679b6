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

test('any text is sanitized without an exception, and once is enough', (t) => {
  const pieces = fc.constantFrom(
    '<',
    '>',
    '</a>',
    '<a href="',
    '"',
    '<p>',
    '&#',
    '&lt;',
    '<!--',
    ']]>',
    '<script',
    'x',
    ' ',
    '\u0000',
    '<svg/onload=1>',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const clean = sanitizeRemoteHtml(parts.join(''));
      t.notRegex(clean, /<(script|svg|!--)/i);
      t.is(sanitizeRemoteHtml(clean), clean);
    }),
    { numRuns: 500 },
  );
});

test('long hostile text takes no long time', (t) => {
  const started = performance.now();
  for (const unit of ['<a href="', '<a ', '<', '&', '[', '*', '@a', '#', '<a href="x">']) {
    sanitizeRemoteHtml(unit.repeat(20_000));
    if (unit.length < 4) render(unit.repeat(5_000));
  }
  t.true(performance.now() - started < 8_000);
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
