// Prints accuracy and calibration error of a model on photos with known labels, through the real command line.
// usage: npm run check:accuracy -- PHOTOS MODEL [--among FILE] [more options of `labelroom label`]
// PHOTOS holds labels.csv with the columns file_name and label, and perhaps source, by which it counts apart. Only labels
// of FILE compete where one is named, a JSON list; then give --top 100 as well, so that enough of them are there.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { expectedCalibrationError } from '../../electron/core/learning/algorithms/calibration.ts'
import { runCli } from '../helpers/cli.ts'
import { parseCsv } from '../helpers/csv.ts'

const [photos, model, ...rest] = process.argv.slice(2)
if (photos === undefined || model === undefined) throw new Error('usage: accuracy.ts PHOTOS MODEL [options]')
const [flag, among, ...afterFlag] = rest
const [competing, options] =
  flag === '--among' && among !== undefined
    ? [new Set(z.array(z.string()).parse(JSON.parse(await readFile(among, 'utf8')))), afterFlag]
    : [null, rest]

const home = await mkdtemp(path.join(tmpdir(), 'labelroom-accuracy-'))
const result = await runCli(['label', photos, '--model', model, '--csv', '-', ...options], home)
console.error(result.stderr)
/** The labels of each photo, best first, and the score of the best. */
const found = new Map<string, { readonly labels: string[]; readonly score: number }>()
for (const { file_name: name = '', label = '', score } of parseCsv(result.stdout)) {
  if (label === '' || competing?.has(label) === false) continue
  const known = found.get(name)
  if (known === undefined) found.set(name, { labels: [label], score: Number(score) })
  else known.labels.push(label)
}
const truths = parseCsv(await readFile(path.join(photos, 'labels.csv'), 'utf8'))
const counted = truths.filter(({ label = '' }) => competing?.has(label) !== false)
const sources = [...new Set(counted.map(({ source }) => source ?? ''))]
for (const source of sources.length > 1 ? [...sources, null] : [null]) {
  const chosen = counted.filter((row) => source === null || row['source'] === source)
  const percent = (k: number) => {
    const hits = chosen.filter(({ file_name: name = '', label = '' }) =>
      found.get(name)?.labels.slice(0, k).includes(label),
    )
    return `top-${k} ${((100 * hits.length) / chosen.length).toFixed(2)} %`
  }
  // Whether the best label is right, as a class of its own.
  const scores = Float32Array.from(chosen, ({ file_name: name = '' }) => found.get(name)?.score ?? 0)
  const values = Int8Array.from(chosen, ({ file_name: name = '', label }) =>
    found.get(name)?.labels[0] === label ? 1 : 0,
  )
  const error = expectedCalibrationError(scores, { mode: 'multi', classes: 1, values })
  console.log(
    `${source ?? 'all'}: ${chosen.length} photos: ${[1, 3, 5].map(percent).join(', ')}, calibration error ${(100 * error).toFixed(2)} points`,
  )
}
await rm(home, { recursive: true, force: true })
