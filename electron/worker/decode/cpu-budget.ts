// Limits the work on each photo by the processor time that it gets, so that a busy machine fails no photo.
import type { PhotoLimits } from '../../contract/inference.ts'

const tickMs = 200

interface Budget {
  leftMs: number
  readonly onSpent: () => void
}

const running = new Set<Budget>()
let timer: NodeJS.Timeout | undefined
let lastCpuMs = 0
let lastMs = 0

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * [Note: CPU budget] No system tells a process what one thread of another language used, so what the process used is
 * shared out equally among the photos that are being decoded. What the model uses meanwhile is in it, too, so a photo
 * may get less than its limit, but never less than that by the clock.
 */
function tick(): void {
  const [nowCpuMs, nowMs] = [cpuMs(), performance.now()]
  const share = Math.min(nowMs - lastMs, (nowCpuMs - lastCpuMs) / running.size)
  lastCpuMs = nowCpuMs
  lastMs = nowMs
  for (const budget of running) {
    budget.leftMs -= share
    if (budget.leftMs > 0) continue
    running.delete(budget)
    // After the event loop was blocked, timers fire first; work that finished meanwhile must be handled before.
    setImmediate(budget.onSpent)
  }
  schedule()
}

function schedule(): void {
  clearTimeout(timer)
  timer = undefined
  if (running.size === 0) return
  const leastMs = Math.min(tickMs, ...[...running].map(({ leftMs }) => leftMs))
  timer = setTimeout(tick, Math.max(1, leastMs))
}

/** One photo's processor time while it is decoded. */
export interface CpuBudget {
  /** Replaces the limit, for what was already used, too. */
  extendTo(limitMs: number): void
  end(): void
}

/** Calls `onSpent` once when the work that starts now has had `limitMs` of processor time. */
export function startCpuBudget(limitMs: number, onSpent: () => void): CpuBudget {
  if (running.size === 0) {
    lastCpuMs = cpuMs()
    lastMs = performance.now()
  }
  let grantedMs = limitMs
  const budget: Budget = { leftMs: limitMs, onSpent }
  running.add(budget)
  schedule()
  return {
    extendTo: (newLimitMs) => {
      budget.leftMs += Math.max(0, newLimitMs - grantedMs)
      grantedMs = Math.max(grantedMs, newLimitMs)
    },
    end: () => {
      running.delete(budget)
      if (running.size === 0) schedule()
    },
  }
}

/** Up to so many pixels, which nearly all cameras stay below, the limit is the same; above, it grows with them. */
const pixelsOfLimit = 30e6

/** The processor time that a photo of this size may take. */
export const decodeLimitMs = ({ decodeTimeoutMs }: PhotoLimits, pixels: number): number =>
  decodeTimeoutMs * Math.max(1, pixels / pixelsOfLimit)
