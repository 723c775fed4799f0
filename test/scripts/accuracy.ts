// Prints top-1 and top-5 accuracy of a model on photos with known labels, through the real command line.
// usage: node test/scripts/accuracy.ts PHOTOS MODEL [more options of `labelroom label`]
// PHOTOS holds labels.csv with the columns file_name and label.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runCli } from '../helpers/cli.ts'
import { parseCsv } from '../helpers/csv.ts'

const [photos, model, ...more] = process.argv.slice(2)
if (photos === undefined || model === undefined) throw new Error('usage: accuracy.ts PHOTOS MODEL [options]')

const home = await mkdtemp(path.join(tmpdir(), 'labelroom-accuracy-'))
const result = await runCli(['label', photos, '--model', model, '--csv', '-', ...more], home)
console.error(result.stderr)
const truth = new Map(
  parseCsv(await readFile(path.join(photos, 'labels.csv'), 'utf8')).map((row) => [
    row['file_name'],
    row['label'],
  ]),
)
let top1 = 0
let top5 = 0
for (const row of parseCsv(result.stdout)) {
  const isHit = row['label'] !== '' && truth.get(row['file_name']) === row['label']
  if (isHit && row['rank'] === '1') top1++
  if (isHit) top5++
}
const percent = (hits: number) => `${((100 * hits) / truth.size).toFixed(2)} %`
console.log(`${truth.size} photos: top-1 ${percent(top1)}, top-5 ${percent(top5)}`)
await rm(home, { recursive: true, force: true })
