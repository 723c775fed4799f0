// Builds the renderer into out/renderer: static files that Electron and the loopback host serve.
import path from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'
import { licences } from './vite-licences.ts'

const root = path.join(import.meta.dirname, '../renderer')

export default defineConfig({
  root,
  plugins: [svelte({ configFile: path.join(import.meta.dirname, 'svelte.config.js') }), licences()],
  build: {
    outDir: path.join(import.meta.dirname, '../out/renderer'),
    emptyOutDir: true,
    // The oldest Chromium that runs the app is that of the Electron in the tests.
    target: 'chrome130',
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    // Its preload helper writes inline code, which the policy forbids.
    modulePreload: false,
    // Only says that compiling Svelte takes most of the time.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
})
