// Progress on stderr: one line that rewrites itself on a terminal, a plain line now and then elsewhere.
import type { JobProgress } from '../contract/jobs.ts'
import { setBarShown } from './stderr.ts'
import { toLine, toTerminal } from './terminal-text.ts'

/** Between two lines where nobody watches a terminal (a log file). */
const plainIntervalMs = 5000
const barWidth = 24

export interface ProgressLine<T> {
  update(progress: T): void
  /** Prints a line of its own, leaving the bar intact. */
  note(text: string): void
  /** Removes the bar. */
  end(): void
}

/** `describe` gives the text, with a bar for a terminal. */
export function createProgressLine<T>(
  describe: (progress: T, hasBar: boolean) => string,
  stream: NodeJS.WriteStream = process.stderr,
): ProgressLine<T> {
  let last = ''
  let printedAtMs = -Infinity
  const clear = () => {
    if (stream.isTTY && last !== '') stream.write('\r\x1b[K')
  }
  return {
    update(progress) {
      const text = toLine(describe(progress, stream.isTTY))
      if (stream.isTTY) {
        clear()
        last = text.slice(0, stream.columns - 1)
        stream.write(last)
        setBarShown(stream === process.stderr)
      } else if (performance.now() - printedAtMs >= plainIntervalMs) {
        printedAtMs = performance.now()
        stream.write(`${text}\n`)
      }
    },
    note(text) {
      clear()
      stream.write(`${toTerminal(text)}\n${stream.isTTY ? last : ''}`)
    },
    end() {
      clear()
      setBarShown(false)
      last = ''
    },
  }
}

/** `[#####-----] 120/250  88.1 photos/s  ETA 0:02  1 failed`. */
export function describeProgress(progress: JobProgress, hasBar: boolean): string {
  const { counts, total, photosPerSecond, etaMs } = progress
  const done = counts.labelled + counts.failed + counts.skipped
  return [
    ...(hasBar ? [progressBar(done, total)] : []),
    `${done}/${total ?? `${counts.files}+`} files`,
    `${photosPerSecond.toFixed(1)} photos/s`,
    ...(etaMs === null ? [] : [`ETA ${formatDuration(etaMs)}`]),
    ...(counts.failed === 0 ? [] : [`${counts.failed} failed`]),
  ].join('  ')
}

/** `[#####-----]  writing 120/250  ETA 0:02`. */
export function describeStage(
  stage: string,
  {
    done,
    total,
    etaMs,
  }: { readonly done: number; readonly total: number | null; readonly etaMs: number | null },
  hasBar: boolean,
): string {
  return [
    ...(hasBar ? [progressBar(done, total)] : []),
    `${stage} ${done}${total === null ? '' : `/${total}`}`,
    ...(etaMs === null || done === total ? [] : [`ETA ${formatDuration(etaMs)}`]),
  ].join('  ')
}

/** `[#####-----]`; empty while the total is not known. */
export function progressBar(done: number, total: number | null): string {
  const filled = total === null || total === 0 ? 0 : Math.min(barWidth, Math.round((barWidth * done) / total))
  return `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]`
}

/** `0:07`, `12:30`, `3:04:05`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
