// Where in an ordered list of files another month begins, for headings between them.
import type { MonthRun } from '../../contract/browse.ts'
import type { Tables } from './select.ts'

/** Returns each run of files of one month, by this computer's time zone; a list that is not sorted by date has many. */
export function monthRuns({ files, photos }: Tables, fileIds: Int32Array): MonthRun[] {
  const runs: MonthRun[] = []
  // A date is only taken apart where it leaves the month of the one before.
  let [startMs, endMs] = [0, 0]
  for (const [from, id] of fileIds.entries()) {
    const dateMs = Math.max(-maxDateMs, Math.min(maxDateMs, files.dateMsOf(id, photos)))
    if (dateMs >= startMs && dateMs < endMs) continue
    const date = new Date(dateMs)
    const [year, month] = [date.getFullYear(), date.getMonth()]
    startMs = firstOf(year, month)
    endMs = firstOf(year, month + 1)
    runs.push({ from, year, month: month + 1 })
  }
  return runs
}

/** A drive may report a date beyond the range of JavaScript's Date; a month before its ends, so that both are dates. */
const maxDateMs = 8.64e15 - 62 * 24 * 60 * 60 * 1000

function firstOf(year: number, month: number): number {
  const date = new Date(2000, 0)
  // Unlike the constructor, this takes the years 0 to 99 as they are.
  return date.setFullYear(year, month, 1)
}
