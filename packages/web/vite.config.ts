import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { messages } from './build/messages.ts';
import { preloadFeed } from './build/preload-feed.ts';

export default defineConfig({
  plugins: [
    svelte({ configFile: false, compilerOptions: { runes: true } }),
    messages(import.meta.dirname, ['en', 'fr']),
    preloadFeed('FeedScreen.svelte'),
  ],
  // `pnpm dev`: the client from its sources, the API from a server that is running.
  server: {
    proxy: Object.fromEntries(
      ['/api', '/auth', '/assets', '/media', '/oauth'].map((path) => [
        path,
        process.env.MITOYEN_SERVER ?? 'http://localhost:3000',
      ]),
    ),
  },
  build: {
    target: 'es2023',
    assetsDir: 'client',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
