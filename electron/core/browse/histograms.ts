// How the scores and dates of files are spread, for the bars of the filter.
import type { Histograms, PhotoFilter } from '../../contract/browse.ts'
import { noScore } from './photo-table.ts'
import { scoreFor, type Tables } from './select.ts'

const scoreBins = 20
/** As many bars as fit side by side; beyond, the next longer unit is taken. */
const maxDateBins = 62

/** Returns the numbers of files by score, in equal intervals over 0..1. */
export function countScores(tables: Tables, fileIds: Int32Array, filter: PhotoFilter): number[] {
  const counts = new Array<number>(scoreBins).fill(0)
  const scoreOf = scoreFor(tables, filter)
  for (const id of fileIds) {
    const score = scoreOf(tables.files.photo[id] ?? 0)
    if (score === noScore) continue
    // Sums of floating point numbers: 0.15 / 0.05 is a little less than 3.
    const bin = Math.min(scoreBins - 1, Math.floor(score * scoreBins + 1e-9))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts
}

const starts = {
  day: (date: Date, later: number) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + later),
  month: (date: Date, later: number) => new Date(date.getFullYear(), date.getMonth() + later),
  year: (date: Date, later: number) => new Date(date.getFullYear() + later, 0),
} as const
const dayMs = 24 * 60 * 60 * 1000
const unitMs = { day: dayMs, month: 28 * dayMs, year: 365 * dayMs } as const
type Unit = keyof typeof starts

/** Returns the numbers of files by day, month or year of this computer's time zone. */
export function countDates({ files, photos }: Tables, fileIds: Int32Array): Histograms['dates'] {
  const dates = Float64Array.from(fileIds, (id) => files.dateMsOf(id, photos)).sort()
  const first = dates[0]
  const last = dates[dates.length - 1]
  if (first === undefined || last === undefined) return []
  const isFine = (unit: Unit) => (last - first) / unitMs[unit] < maxDateBins - 1
  const unit = isFine('day') ? 'day' : isFine('month') ? 'month' : 'year'
  const bins: Histograms['dates'] = []
  let at = 0
  for (let start = starts[unit](new Date(first), 0); start.getTime() <= last;) {
    // A camera with a wrong clock leaves centuries empty.
    if (bins.length > 0 && (dates[at] ?? 0) > starts[unit](start, maxDateBins).getTime())
      start = starts[unit](new Date(dates[at] ?? last), 0)
    const next = starts[unit](start, 1)
    const from = at
    while (at < dates.length && (dates[at] ?? 0) < next.getTime()) at++
    bins.push({ fromMs: start.getTime(), toMs: next.getTime(), files: at - from })
    start = next
  }
  return bins
}
