/**
 * The feed is what most people open first: the page asks for its modules at once, beside the
 * shell's, instead of after the shell has run.
 */
import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

export function preloadFeed(screen: string): Plugin {
  return {
    name: 'mitoyen-preload-feed',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) => (bundle ? tagsOf(bundle, screen) : []),
    },
  };
}

function tagsOf(bundle: Rolldown.OutputBundle, screen: string): HtmlTagDescriptor[] {
  const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
  const byName = new Map(chunks.map((one) => [one.fileName, one]));
  const withImports = (name: string, known = new Set<string>()): Set<string> => {
    if (known.has(name)) return known;
    known.add(name);
    for (const one of byName.get(name)?.imports ?? []) withImports(one, known);
    return known;
  };
  const entry = chunks.find((one) => one.isEntry);
  const feed = chunks.find((one) => one.facadeModuleId?.endsWith(screen));
  if (!entry || !feed) throw new Error(`there is no chunk of ${screen}`);
  const there = withImports(entry.fileName);
  return [...withImports(feed.fileName)]
    .filter((name) => !there.has(name))
    .map((name) => ({
      tag: 'link',
      attrs: { rel: 'modulepreload', crossorigin: true, href: `/${name}` },
      injectTo: 'head',
    }));
}
