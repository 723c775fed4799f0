// Compares the first labels of the real command line with timm's own, at several input sizes.
// usage: npm run check:real-photos -- MODEL PHOTOS TIMM.csv, the last made by real_photos.py
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { runCli } from '../../helpers/cli.ts'
import { parseCsv } from '../../helpers/csv.ts'

const [model, photos, reference] = process.argv.slice(2)
if (model === undefined || photos === undefined || reference === undefined)
  throw new Error('usage: real-photos.ts MODEL PHOTOS TIMM.csv')

const Labels = z.object({ id2label: z.record(z.string(), z.string()) })
const labelsFile = await readFile(path.join(model, 'labels.json'), 'utf8')
const labels = Labels.parse(JSON.parse(labelsFile)).id2label
const rows = parseCsv(await readFile(reference, 'utf8'))
const home = await mkdtemp(path.join(tmpdir(), 'labelroom-real-photos-'))
for (const size of new Set(rows.map((row) => row['size'] ?? ''))) {
  const options = ['--input-size', size, '--top', '1', '--device', 'cpu', '--csv', '-']
  const { stdout } = await runCli(['label', photos, '--model', model, ...options], home)
  const ours = new Map(parseCsv(stdout).map((row) => [row['file_name'], row]))
  const theirs = rows.filter((row) => row['size'] === size)
  let equal = 0
  let worst = 0
  for (const { file_name: name = '', class: number = '', score = '', lead = '' } of theirs) {
    const own = ours.get(name)
    if (own?.['label'] === labels[number]) {
      equal++
      worst = Math.max(worst, Math.abs(Number(own?.['score']) - Number(score)))
    } else console.log(`${size}: ${name} is ${own?.['label'] ?? 'nothing'}; timm's lead is ${lead}`)
  }
  const share = ((100 * equal) / theirs.length).toFixed(1)
  console.log(
    `${size}: ${equal} of ${theirs.length} equal (${share} %), greatest difference of a score ${worst}`,
  )
}
await rm(home, { recursive: true })
