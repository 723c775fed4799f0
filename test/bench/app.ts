// Prints how the app feels with 100,000 photos, in real Chromium: start, filters, sorts, scrolling, memory, review.
// usage: npm run bench:app [-- FOLDER of make-library.ts --pictures 200]; without one, a library is made and removed again.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test'
import type { RunningApp } from '../browser/support/app.ts'
import { launchInChromium } from '../browser/support/chromium-app.ts'
import { findChromium } from '../browser/support/chromium.ts'
import {
  startFrames,
  stopFrames,
  timeToNewList,
  timeToNextPhoto,
  whenFirstRowIsPainted,
  type Choice,
} from '../browser/support/measure-page.ts'
import { makeLibrary } from '../helpers/large-library.ts'

const files = 100_000
const starts = 5
/** For a p95 that is not just the slowest of a few. */
const listRounds = 15
/** Keys in the review, each after a look at the photo. */
const reviewSteps = 60
const lookMs = 250

const executablePath = findChromium()
if (executablePath === null) throw new Error('There is no Chromium to measure in.')
const scratch = await mkdtemp(path.join(tmpdir(), 'labelroom-bench-'))
const given = process.argv[2]
const folder = given === undefined ? path.join(scratch, 'large') : path.resolve(given)
if (given === undefined) await makeLibrary({ folder, files, dim: 0, pictures: 200 })
const home = path.join(scratch, 'home')
const libraryFile = path.join(scratch, 'library.db')
await cp(path.join(folder, 'library.db'), libraryFile)

const rows: { what: string; measured: string; target: string }[] = []
const report = (what: string, measured: string, target: string) => rows.push({ what, measured, target })
const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN
const ms = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`

async function openApp(browser: Browser): Promise<RunningApp & { startMs: number; paintedMs: number }> {
  const startMs = Date.now()
  const app = await launchInChromium(browser, { home, libraryFile, env: {} })
  const paintedMs = await app.page.evaluate(whenFirstRowIsPainted)
  return { ...app, startMs, paintedMs }
}

/** From the start of the program to the first row, each time in a new process and a new page. */
async function measureStart(browser: Browser): Promise<void> {
  const whole: number[] = []
  const page: number[] = []
  for (let round = 0; round < starts; round++) {
    const app = await openApp(browser)
    whole.push(app.paintedMs - app.startMs)
    page.push(app.paintedMs - (await app.page.evaluate(() => performance.timeOrigin)))
    await app.stop('close')
  }
  report('start of the program to the first painted row, median', ms(percentile(whole, 0.5)), '< 1500 ms')
  report('opening the page to the first painted row, median', ms(percentile(page, 0.5)), '')
}

async function measureLists(page: Page): Promise<void> {
  const round: Choice[] = [
    { what: 'press', value: 'Suggested' },
    { what: 'sort', value: 'score' },
    { what: 'press', value: 'Confirmed' },
    { what: 'sort', value: 'date' },
    { what: 'press', value: 'All' },
    { what: 'sort', value: 'uncertainty' },
    { what: 'search', value: 'alp' },
    { what: 'search', value: 'alps 0012' },
    { what: 'search', value: '' },
    { what: 'sort', value: 'name' },
  ]
  // The counts in the sidebar come after the first row, as they would while a user reads it.
  await page.getByRole('button', { name: /^All \d/ }).waitFor()
  const firstSearchMs = await page.evaluate(timeToNewList, { what: 'search', value: 'alp' } as const)
  report('first search, which waits until every name is in the index', ms(firstSearchMs), '')
  await page.evaluate(timeToNewList, { what: 'search', value: '' } as const)
  const times = { filter: [] as number[], sort: [] as number[], search: [] as number[] }
  for (let repeat = 0; repeat < listRounds; repeat++) {
    for (const choice of round) {
      const timeMs = await page.evaluate(timeToNewList, choice)
      times[choice.what === 'press' ? 'filter' : choice.what].push(timeMs)
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
    }
  }
  for (const [what, values] of Object.entries(times))
    report(`${what}: input to painted, p95 of ${values.length}`, ms(percentile(values, 0.95)), '< 100 ms')
}

async function measureReview(page: Page): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name: 'Review' }).click()
  await page.getByRole('main').getByRole('img').first().waitFor()
  const times: number[] = []
  for (let step = 0; step < reviewSteps; step++) {
    await page.waitForTimeout(lookMs)
    times.push(await page.evaluate(timeToNextPhoto, step % 2 === 0 ? 'ArrowRight' : 'Enter'))
  }
  const at = (share: number) => ms(percentile(times, share))
  report(`review: key to the next photo painted, p50 / p95 of ${reviewSteps}`, `${at(0.5)} / ${at(0.95)}`, '')
}

const heapMb = async (devtools: CDPSession): Promise<{ heap: number; nodes: number }> => {
  await devtools.send('HeapProfiler.collectGarbage')
  const { metrics } = await devtools.send('Performance.getMetrics')
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN
  return { heap: value('JSHeapUsedSize') / 1e6, nodes: value('Nodes') }
}

/** Turns the wheel as fast as frames come, until the end or for so many turns. */
async function turnWheel(page: Page, deltaPx: number, maxTurns: number): Promise<readonly number[]> {
  const grid = page.getByRole('grid')
  const box = await grid.boundingBox()
  await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 300)
  await page.evaluate(startFrames)
  for (let turn = 0; turn < maxTurns; turn++) {
    await page.mouse.wheel(0, deltaPx)
    const isAtEnd = await grid.evaluate(
      (element, down) =>
        down ? element.scrollTop + element.clientHeight >= element.scrollHeight - 2 : element.scrollTop <= 0,
      deltaPx > 0,
    )
    if (isAtEnd) break
  }
  return page.evaluate(stopFrames)
}

async function measureScrolling(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  const say = (what: string, frames: readonly number[]) =>
    report(
      `${what}: frames of ${frames.length}, p50 / p95 / p99`,
      [0.5, 0.95, 0.99].map((share) => ms(percentile(frames, share))).join(' / '),
      'p95 < 20 ms',
    )
  await turnWheel(page, 400, 100)
  const before = await heapMb(devtools)
  say('scrolling, 400 px a turn', await turnWheel(page, 400, 300))
  say('flinging to the end, 12000 px a turn', await turnWheel(page, 12_000, 2000))
  const atEnd = await heapMb(devtools)
  say('flinging back to the start', await turnWheel(page, -12_000, 2000))
  const after = await heapMb(devtools)
  const show = ({ heap, nodes }: { heap: number; nodes: number }) => `${heap.toFixed(1)} MB, ${nodes} nodes`
  report('JS heap before, at the end, back', [before, atEnd, after].map(show).join(' → '), 'flat')
}

const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const browser = await chromium.launch({ executablePath, args })
let app: RunningApp | null = null
try {
  await measureStart(browser)
  app = await openApp(browser)
  // What a new library finds at its first start would open the list again and again.
  await app.client.library.scan({ folders: [path.join(folder, 'photos')] })
  await measureLists(app.page)
  await measureScrolling(app.page)
  await measureReview(app.page)
} finally {
  console.table(rows)
  await app?.stop('close')
  await browser.close()
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 })
}
