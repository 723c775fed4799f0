// Remembers what each library's file was like when it was closed, so that a change by anything else is noticed.
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { maxOwnFileBytes, readRegularSync } from '../../../common/open-file.ts'
import { privateFileMode } from '../../../common/private-files.ts'

/** Every write changes one of them, whatever program makes it. */
const ClosedStamp = z.object({
  file: z.string(),
  sizeBytes: z.number(),
  modifiedAtMs: z.number(),
  changedAtMs: z.number(),
})
type ClosedStamp = z.infer<typeof ClosedStamp>

const maxEntries = 100

/** A list that is missing or damaged knows no library: each is then checked once. */
function read(listFile: string): ClosedStamp[] {
  try {
    return z.array(ClosedStamp).parse(JSON.parse(readRegularSync(listFile, maxOwnFileBytes).toString()))
  } catch {
    return []
  }
}

function stampNow(file: string): ClosedStamp | null {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return null
  return { file, sizeBytes: stats.size, modifiedAtMs: stats.mtimeMs, changedAtMs: stats.ctimeMs }
}

const isSame = (a: ClosedStamp, b: ClosedStamp): boolean =>
  a.sizeBytes === b.sizeBytes && a.modifiedAtMs === b.modifiedAtMs && a.changedAtMs === b.changedAtMs

/** Whether the library is as a Labelroom with this list left it. */
export function isAsClosed(listFile: string, file: string): boolean {
  const [known, now] = [read(listFile).find((stamp) => stamp.file === file), stampNow(file)]
  return known !== undefined && now !== null && isSame(known, now)
}

/** Notes what the file is like after it was closed; nothing where another program has it open. Never fails. */
export function noteClosed(listFile: string, file: string): void {
  try {
    const now = stampNow(file)
    if (now === null || existsSync(`${file}-wal`)) return
    const known = read(listFile)
    if (known.some((stamp) => stamp.file === file && isSame(stamp, now))) return
    const others = known.filter((stamp) => stamp.file !== file)
    const list = [now, ...others].slice(0, maxEntries)
    writeFileSync(listFile, `${JSON.stringify(list, null, 1)}\n`, { mode: privateFileMode })
  } catch {
    // The library is checked at its next start.
  }
}
