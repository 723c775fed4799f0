// Measures how a library grows: opening, filters, search, scans, learning, maps, exports, merges, and bytes a photo.
// usage: npm run bench:million -- 10000 100000 1000000 [--folder FOLDER] [--parts open,browse,…] [--json FILE]
// FILE gets the numbers beside those of other sizes and parts that are in it, for million-charts.ts.
// Each size needs a library of make-library.ts in FOLDER/SIZE (with --dim 768 --pictures 200), and makes it where it is
// missing: 3 kB a photo on disk and, on two idle cores, 2 minutes for each 100,000; from a million on of ten copies of a tenth.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { growLibrary } from '../helpers/grow-library.ts'
import { makeLibrary } from '../helpers/large-library.ts'
import { MillionResults } from './million-results.ts'

const allParts = [
  ...['check', 'open', 'browse', 'scan', 'similar', 'promote', 'groups', 'near-duplicates', 'map'],
  ...['csv', 'parquet', 'parquet-embeddings', 'merge'],
]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string', default: path.join(tmpdir(), 'labelroom-million') },
    json: { type: 'string' },
    parts: { type: 'string', default: allParts.join(',') },
  },
})
const sizes = positionals.length === 0 ? [10_000] : positionals.map(Number)
const Row = z.object({ what: z.string(), value: z.number(), unit: z.string() })
const table = new Map<string, Map<number, string>>()
const note = (size: number, what: string, text: string) => {
  console.log(`${size.toLocaleString('en')}: ${what}: ${text}`)
  const row = table.get(what) ?? new Map<number, string>()
  table.set(what, row.set(size, text))
}

const results =
  values.json !== undefined && existsSync(values.json)
    ? MillionResults.parse(JSON.parse(readFileSync(values.json, 'utf8')))
    : { loads: [], rows: {} }
const keep = (size: number, { what, value, unit }: z.infer<typeof Row>) => {
  note(size, what, `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`)
  const row = (results.rows[what] ??= { unit, values: {} })
  row.values[String(size)] = Number(value.toPrecision(3))
}

const copies = 10
const folderOf = (size: number) => path.join(path.resolve(values.folder), String(size))
const makeMissing = async (size: number): Promise<void> => {
  const folder = folderOf(size)
  if (existsSync(path.join(folder, 'library.db'))) return
  if (size < 1_000_000) await makeLibrary({ folder, files: size, dim: 768, pictures: 200 })
  else {
    await makeMissing(size / copies)
    growLibrary({ from: folderOf(size / copies), folder, copies })
  }
}

/** Makes the libraries that the part `merge` merges: each a tenth of the photos, all of them different. */
async function makeMerged(size: number): Promise<string[]> {
  await makeMissing(size / copies)
  return Array.from({ length: copies }, (_, firstCopy) => {
    const folder = path.join(`${folderOf(size)}-merged`, String(firstCopy))
    const file = path.join(folder, 'library.db')
    if (existsSync(file)) return file
    return growLibrary({ from: folderOf(size / copies), folder, copies: 1, firstCopy, hasFiles: false })
  })
}

for (const size of sizes) {
  const folder = folderOf(size)
  await makeMissing(size)
  const bytes = statSync(path.join(folder, 'library.db')).size
  keep(size, { what: 'library, bytes a photo', value: bytes / size, unit: 'B' })
  for (const part of values.parts.split(',')) {
    if (part === 'scan') {
      const startMs = performance.now()
      // Asks for sizes and times, as a scan must.
      spawnSync('find', [path.join(folder, 'photos'), '-type', 'f', '-printf', '%s %T@\n'], {
        stdio: 'ignore',
      })
      const value = (performance.now() - startMs) / 1000
      keep(size, { what: 'find with sizes and times', value, unit: 's' })
    }
    // In a process of its own, so that memory is of that part alone.
    const scriptOf = (name: string) => new URL(name, import.meta.url).pathname
    const command =
      part === 'merge'
        ? [scriptOf('million-merge.ts'), `${folder}-new`, ...(await makeMerged(size))]
        : [scriptOf('million-part.ts'), folder, part]
    const load = loadavg()[0]?.toFixed(1) ?? ''
    const out = execFileSync(process.execPath, command, { encoding: 'utf8' })
    for (const line of out.trim().split('\n')) keep(size, Row.parse(JSON.parse(line)))
    note(size, `load before ${part}`, load)
    results.loads.push(Number(load))
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
  }
}
console.log(`\n| what | ${sizes.map((size) => size.toLocaleString('en')).join(' | ')} |`)
console.log(`| --- | ${sizes.map(() => '---').join(' | ')} |`)
for (const [what, row] of table)
  console.log(`| ${what} | ${sizes.map((size) => row.get(size) ?? '').join(' | ')} |`)
