import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { messages } from './build/messages.ts';
import { preloadWords } from './build/preload-words.ts';

export default defineConfig({
  plugins: [
    svelte({ configFile: false, compilerOptions: { runes: true } }),
    messages(import.meta.dirname, ['en', 'fr']),
    preloadWords(),
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
    // All that every page loads in one file: two dozen small ones cost a slow line four round trips.
    rolldownOptions: {
      // The feed is a screen like the others for the router, though it comes with the shell.
      checks: { ineffectiveDynamicImport: false },
      output: { codeSplitting: { groups: [{ name: 'shell', tags: ['$initial'] }] } },
    },
  },
});
