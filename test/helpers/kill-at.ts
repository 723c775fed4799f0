// Loaded into a process of the command line, ends it as kill -9 does at the point that KILL_AT names.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const kill = (): void => {
  process.kill(process.pid, 'SIGKILL')
}
const points: Readonly<Record<string, () => void>> = {
  /** The first line of progress: the job runs, and the first photos are saved. */
  progress() {
    const write = process.stderr.write.bind(process.stderr)
    process.stderr.write = (text: string | Uint8Array) => {
      if (text.toString().includes(' files ')) kill()
      return write(text)
    }
  },
  /** The part of the table is written whole, and does not have its name yet. */
  part() {
    const { linkSync } = fs
    fs.linkSync = (from, to) => {
      if (to.toString().endsWith('.parquet')) kill()
      linkSync(from, to)
    }
    syncBuiltinESMExports()
  },
}

points[process.env['KILL_AT'] ?? '']?.()
