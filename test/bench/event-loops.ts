// Prints how long the event loops of page, core and main process let a task wait while a job runs flat out.
// usage: npm run bench:event-loops -- FOLDER of make-library.ts --pictures 200
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium } from '@playwright/test'
import type { RunningApp } from '../browser/support/app.ts'
import { launchInChromium } from '../browser/support/chromium-app.ts'
import { findChromium } from '../browser/support/chromium.ts'
import { launchInElectron } from '../browser/support/electron-app.ts'
import { findElectron } from '../browser/support/electron-runtime.ts'
import { startDisplay } from '../browser/support/display.ts'
import setUp from '../browser/support/global-setup.ts'
import { eventLoopDelays, whenFirstRowIsPainted } from '../browser/support/measure-page.ts'
import type { LoggedDelays } from '../helpers/log-loop-delays.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

const jobMs = 12_000
const jobStartMs = 120_000

const [given] = process.argv.slice(2)
if (given === undefined) throw new Error('Give the folder of a library with pictures.')
const folder = path.resolve(given)
const scratch = await mkdtemp(path.join(tmpdir(), 'labelroom-bench-'))
const model = await writeTinyModel(path.join(scratch, 'tiny'))

const rows: Record<string, string | number>[] = []
function report(what: string, delays: readonly number[]): void {
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(1)
  rows.push({ what, samples: sorted.length, 'p50 ms': at(0.5), 'p99 ms': at(0.99), 'longest ms': at(1) })
}

/** Begins a job over all photos, calls `during` once it runs flat out, and returns what it measured. */
async function besideJob<T>(app: RunningApp, during: () => Promise<T>): Promise<T> {
  await app.page.evaluate(whenFirstRowIsPainted)
  const { name } = await app.client.models.add({ path: model })
  const folders = [path.join(folder, 'photos')]
  const job = await app.client.jobs.start({ folders, model: name, device: 'cpu' })
  // Loading the model and choosing the device are not yet flat out.
  const bar = app.page.locator('footer [role="progressbar"][aria-valuenow]:not([aria-valuenow="0"])')
  await bar.waitFor({ timeout: jobStartMs })
  const measured = await during()
  await app.client.jobs.cancel({ id: job.id })
  return measured
}

async function prepare(name: string) {
  const libraryFile = path.join(scratch, `${name}.db`)
  await cp(path.join(folder, 'library.db'), libraryFile)
  return { home: path.join(scratch, name), libraryFile }
}

async function measureInBrowser(executablePath: string): Promise<void> {
  const browser = await chromium.launch({ executablePath, args: sandboxArguments })
  const delayFile = path.join(scratch, 'delays.jsonl')
  const preload = new URL('../helpers/log-loop-delays.ts', import.meta.url).href
  const env = { NODE_OPTIONS: `--import=${preload}`, LOOP_DELAY_FILE: delayFile }
  const app = await launchInChromium(browser, { ...(await prepare('browser')), env })
  const { page, fromMs, toMs } = await besideJob(app, async () => ({
    fromMs: Date.now(),
    page: await app.page.evaluate(eventLoopDelays, jobMs),
    toMs: Date.now(),
  }))
  await app.stop('close')
  await browser.close()
  report('browser: page', page)
  const lines = (await readFile(delayFile, 'utf8')).trim().split('\n')
  const core = lines
    .map((line) => JSON.parse(line) as LoggedDelays)
    .filter(({ atMs }) => atMs > fromMs && atMs <= toMs)
  report(
    'browser: core with its loopback host',
    core.flatMap(({ delaysMs }) => delaysMs),
  )
}

async function measureInElectron(): Promise<void> {
  const runtime = findElectron()
  if (runtime === null) {
    console.log('There is no Electron to measure in.')
    return
  }
  const app = await launchInElectron(runtime, { ...(await prepare('electron')), env: {} })
  const { electron } = app
  if (electron === null) return
  const [page, main] = await besideJob(app, () =>
    Promise.all([
      app.page.evaluate(eventLoopDelays, jobMs),
      // As text: as a function it would be given Electron's modules first.
      electron.evaluate<readonly number[]>(`(${eventLoopDelays.toString()})(${jobMs})`),
    ]),
  )
  await app.stop('close')
  report('Electron: page', page)
  report('Electron: main process', main)
}

// Builds what both hosts run, and gives Electron a display.
setUp()
const endDisplay = await startDisplay()
const sandboxArguments = process.getuid?.() === 0 ? ['--no-sandbox'] : []
try {
  const executablePath = findChromium()
  if (executablePath === null) console.log('There is no Chromium to measure in.')
  else await measureInBrowser(executablePath)
  await measureInElectron()
} finally {
  console.table(rows)
  endDisplay()
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 })
}
