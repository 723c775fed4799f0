// Builds the preload script into out/preload.cjs: a sandboxed one can only be one CommonJS file.
import path from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  build: {
    outDir: path.join(import.meta.dirname, '../out'),
    emptyOutDir: false,
    target: 'chrome130',
    minify: false,
    rolldownOptions: {
      input: path.join(import.meta.dirname, '../electron/preload/index.ts'),
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: 'preload.cjs' },
    },
  },
})
