// Browser tests: the same specs in Chromium against the loopback host, and in Electron where it can be had.
import path from 'node:path'
import { defineConfig } from '@playwright/test'
import type { HostOptions } from './browser/support/app.ts'
import { findChromium } from './browser/support/chromium.ts'
import { findElectron } from './browser/support/electron-runtime.ts'

const root = path.join(import.meta.dirname, '..')
const chromium = findChromium()
const electron = findElectron()

export default defineConfig<object, HostOptions>({
  testDir: 'browser',
  testMatch: chromium === null && electron === null ? [] : '**/*.spec.ts',
  outputDir: path.join(root, 'out/browser-tests'),
  globalSetup: path.join(import.meta.dirname, 'browser/support/global-setup.ts'),
  // Inference uses all cores; a second test beside it would only make both slower.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: path.join(root, 'out/browser-report.json') }]],
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
  projects: [
    ...(chromium === null
      ? []
      : [
          {
            name: 'chromium',
            testIgnore: ['electron/**', 'packaged/**'],
            use: { host: { kind: 'chromium' as const, chromium } },
          },
        ]),
    ...(electron === null
      ? []
      : [
          {
            name: 'electron',
            testIgnore: 'packaged/**',
            use: { host: { kind: 'electron' as const, runtime: electron } },
          },
          { name: 'packaged', testMatch: 'packaged/**' },
        ]),
  ],
})
