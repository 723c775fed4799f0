// Browser tests: the same specs in Chromium against the loopback host, and in Electron where it can be had.
import os from 'node:os'
import path from 'node:path'
import { defineConfig } from '@playwright/test'
import type { HostOptions } from './browser/support/app.ts'
import { findChromium } from './browser/support/chromium.ts'
import { shareCompiledCode } from './helpers/compile-cache.ts'
import { findElectron } from './browser/support/electron-runtime.ts'

shareCompiledCode()

/**
 * What differs in Electron, by the specs' path or tag: its window, dialogs, files, processes and the keys of its menu. The
 * page is the same file in both hosts, so what it does is tried in Chromium; `npm run test:electron` runs all in Electron.
 */
const differsInElectron = [/^electron electron\//, /@electron/]

const root = path.join(import.meta.dirname, '..')
const chromium = findChromium()
const electron = findElectron()

export default defineConfig<object, HostOptions>({
  testDir: 'browser',
  testMatch: chromium === null && electron === null ? [] : '**/*.spec.ts',
  outputDir: path.join(root, 'out/browser-tests'),
  globalSetup: path.join(import.meta.dirname, 'browser/support/global-setup.ts'),
  // Each test has its own app, library and folder, and each worker its own browser and display.
  fullyParallel: true,
  workers: os.availableParallelism(),
  // A limit for what hangs, not for what is slow: other work on the machine must fail no test.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  // A second try tells an accident of a busy machine from a fault; the report counts such tests as flaky.
  retries: 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: path.join(root, 'out/browser-report.json') }]],
  // A trace costs a third of a test's time: ask for one by `--trace on` when a failure is looked into.
  use: { screenshot: 'only-on-failure' },
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
            grep: differsInElectron,
            use: { host: { kind: 'electron' as const, runtime: electron } },
          },
          { name: 'packaged', testMatch: 'packaged/**' },
        ]),
  ],
})
