// What the progress line and the summary say.
import { expect, test } from 'vitest'
import type { Job, JobProgress } from '../../electron/contract/jobs.ts'
import { describeDownload } from '../../electron/cli/download-model.ts'
import { describeProgress, formatDuration } from '../../electron/cli/progress.ts'
import { summarize } from '../../electron/cli/summary.ts'
import { createProgressMeter } from '../../electron/core/tasks/progress-meter.ts'
import { verbatim } from '../../electron/texts/message.ts'

const counts = { files: 120, labelled: 57, failed: 1, skipped: 2, reused: 7 }

test('shows progress with and without a known total', () => {
  const progress = {
    jobId: 1,
    counts,
    isScanDone: false,
    total: 240,
    photosPerSecond: 88.123,
    etaMs: 2100,
  } as JobProgress
  expect(describeProgress(progress, true)).toBe(
    '[######------------------]  60/240 files  88.1 photos/s  ETA 0:02  1 failed',
  )
  expect(describeProgress({ ...progress, total: null, etaMs: null }, false)).toBe(
    '60/120+ files  88.1 photos/s  1 failed',
  )
})

test('shows the progress of a download', () => {
  const progress = {
    id: 'vit',
    file: 'x',
    doneBytes: 12_500_000,
    totalBytes: 50_000_000,
    bytesPerSecond: 4.2e6,
  }
  expect(describeDownload({ ...progress, etaMs: 8929 }, true)).toBe(
    '[######------------------]  12.5/50.0 MB  4.2 MB/s  ETA 0:09',
  )
  expect(describeDownload({ ...progress, etaMs: null }, false)).toBe('12.5/50.0 MB  4.2 MB/s')
})

test.each([
  [0, '0:00'],
  [59_400, '0:59'],
  [750_000, '12:30'],
  [11_045_000, '3:04:05'],
])('writes %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('estimates the ETA from the recent rate', () => {
  let nowMs = 0
  const meter = createProgressMeter(() => nowMs)
  for (; nowMs < 60_000; nowMs += 1000) meter.update(nowMs / 100, nowMs / 100, 2000)
  // Ten a second so far; now twenty a second for longer than the window of the average.
  const done = nowMs / 100
  let last = meter.update(done, done, 2000)
  for (let second = 1; second <= 20; second++) {
    nowMs += 1000
    last = meter.update(done + 20 * second, done + 20 * second, 2000)
  }
  expect(last.photosPerSecond).toBeCloseTo(20, 0)
  expect(last.etaMs).toBeCloseTo((1000 * (2000 - done - 400)) / 20, -2)
})

test('adds up the summary and names the device that ran', () => {
  const device = {
    requested: 'auto',
    ran: 'cpu',
    nodeShare: 1,
    workers: 2,
    threads: 1,
    batchSize: 8,
    trials: [
      { device: 'webgpu', photosPerSecond: null, note: verbatim('no adapter') },
      { device: 'cpu', photosPerSecond: 100, note: null },
    ],
  }
  const job = { counts, device, inferred: 50, elapsedMs: 500 } as Job
  expect(summarize(job)).toEqual([
    '120 files: 57 labelled (7 without inference: known already, or copies), 1 failed, 2 skipped.',
    '50 photos in 0:01, 100.0 photos/s, on the CPU (2 cores); WebGPU does not work here: no adapter.',
  ])
})
