// What the parts of million.ts measure with: each number is a line of JSON; and how a task tells of itself while it runs.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Core } from '../../electron/core/core.ts'

export const say = (what: string, value: number, unit: string): void => {
  console.log(JSON.stringify({ what, value, unit }))
}
const startedAtMs = performance.now()
const resolutionMs = 5

export interface Sample {
  readonly wallMs: number
  readonly cpuMs: number
}

export async function time(work: () => Promise<unknown>): Promise<Sample> {
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 }
}

/** Also how long other calls of the core had to wait at most. */
export async function once(what: string, work: () => Promise<unknown>): Promise<void> {
  const loop = monitorEventLoopDelay({ resolution: resolutionMs })
  loop.enable()
  const { wallMs, cpuMs } = await time(work)
  // What blocked the loop last is noted when it turns again.
  await new Promise((resolve) => setTimeout(resolve, 2 * resolutionMs))
  loop.disable()
  say(what, wallMs / 1000, 's')
  say(`${what}, processor`, cpuMs / 1000, 's')
  say(`${what}, event loop blocked at most`, Math.max(0, loop.max / 1e6 - resolutionMs), 'ms')
}

type ProgressEvent = 'scan.progress' | 'learning.progress' | 'import.progress' | 'export.progress'

/** As `once`, and how long nothing was heard of its progress at most. */
export async function onceWithProgress(
  core: Core,
  { what, event }: { readonly what: string; readonly event: ProgressEvent },
  work: () => Promise<unknown>,
): Promise<void> {
  let lastMs = performance.now()
  let longestMs = 0
  const hear = () => {
    longestMs = Math.max(longestMs, performance.now() - lastMs)
    lastMs = performance.now()
  }
  const stop = core.events.subscribe(event, hear)
  await once(what, work)
  hear()
  stop()
  say(`${what}, longest without progress`, longestMs / 1000, 's')
}

/** How long a task takes to end that is cancelled in the step of its progress that `isAt` picks. */
export async function cancelled(
  core: Core,
  {
    what,
    event,
    isAt,
  }: { readonly what: string; readonly event: ProgressEvent; isAt: (progress: unknown) => boolean },
  { start, cancel }: { start: () => Promise<unknown>; cancel: () => Promise<unknown> },
): Promise<void> {
  let cancelledAtMs = NaN
  const stop = core.events.subscribe(event, (progress) => {
    if (!Number.isNaN(cancelledAtMs) || !isAt(progress)) return
    cancelledAtMs = performance.now()
    void cancel()
  })
  const isCancelled = await start().then(
    () => false,
    () => true,
  )
  stop()
  // A small library is done before anybody could cancel it.
  if (isCancelled) say(`${what}, from cancel to its end`, performance.now() - cancelledAtMs, 'ms')
}

export function sayStart(what: string): void {
  const { user, system } = process.cpuUsage()
  say(what, sinceStartMs() / 1000, 's')
  say(`${what}, processor, from the start of the process`, (user + system) / 1e6, 's')
}

export const sinceStartMs = (): number => performance.now() - startedAtMs

const p95 = (samples: readonly number[]): number =>
  samples.toSorted((a, b) => a - b)[Math.ceil(0.95 * samples.length) - 1] ?? NaN

export function sayP95(what: string, samples: readonly Sample[]): void {
  say(`${what}, p95`, p95(samples.map(({ wallMs }) => wallMs)), 'ms')
  say(`${what}, p95 of processor time`, p95(samples.map(({ cpuMs }) => cpuMs)), 'ms')
}

export const sayMemory = (part: string): void => {
  say(`most memory, ${part}`, process.resourceUsage().maxRSS / 1000, 'MB')
}
