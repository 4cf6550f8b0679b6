/**
 * Tells `theme.js`, which knows the language before anything else runs, where the words of the
 * shell are, so that it can ask for them at once.
 */
import type { Plugin } from 'vite';

const WORDS = /virtual:messages\/(\w+)\/shell$/;
const SCRIPT = '<script src="/theme.js"';

export function preloadWords(): Plugin {
  return {
    name: 'mitoyen-preload-words',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        if (!bundle) return html;
        const files = Object.values(bundle).flatMap((one) => {
          const [, locale] = (one.type === 'chunk' && WORDS.exec(one.facadeModuleId ?? '')) || [];
          return locale ? [` data-${locale}="/${one.fileName}"`] : [];
        });
        if (files.length === 0 || !html.includes(SCRIPT))
          throw new Error('the page has no place for its words');
        return html.replace(SCRIPT, `${SCRIPT}${files.join('')}`);
      },
    },
  };
}
