// Prints how int8 and fp16 compare with fp32: top-1 agreement on photos, and speed of inference alone.
// usage: npm run bench:precision -- PHOTOS MODEL
// Speed is measured on MODEL and on a random ViT-S/16, whose weights do not matter for timing; rounds are interleaved.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { measurePart } from '../../electron/cli/bench/measure.ts'
import { planWorkers } from '../../electron/core/inference/inference-pool.ts'
import type { Precision } from '../../electron/contract/domain.ts'
import { formatOfName } from '../../electron/contract/formats.ts'
import { defaultPhotoLimits } from '../../electron/contract/inference.ts'
import { runCli } from '../helpers/cli.ts'
import { parseCsv } from '../helpers/csv.ts'
import { writeRandomVit } from '../helpers/random-vit.ts'

const [photos, model] = process.argv.slice(2)
if (photos === undefined || model === undefined) throw new Error('usage: precision.ts PHOTOS MODEL')
const precisions: readonly Precision[] = ['fp32', 'fp16', 'int8']
const rounds = 3
const photosPerRound = 48

const folder = await mkdtemp(path.join(tmpdir(), 'labelroom-precision-'))

const top1 = new Map<Precision, string[]>()
for (const precision of precisions) {
  const library = path.join(folder, `${precision}.db`)
  const args = [
    'label',
    photos,
    '--model',
    model,
    '--precision',
    precision,
    '--library',
    library,
    '--csv',
    '-',
    '--top',
    '1',
  ]
  const { stdout, stderr, code } = await runCli([...args, '--device', 'cpu'], folder)
  if (code !== 0) throw new Error(stderr)
  top1.set(
    precision,
    parseCsv(stdout).map((row) => row['label'] ?? ''),
  )
}
const reference = top1.get('fp32') ?? []
for (const [precision, labels] of top1) {
  const same = labels.filter((label, index) => label === reference[index]).length
  console.log(
    `${precision}: top-1 as fp32 on ${same} of ${reference.length} files (${((100 * same) / reference.length).toFixed(1)} %)`,
  )
}

const small = path.join(folder, 'random ViT-S')
await writeRandomVit(small, 's')
const paths = (await readdir(photos))
  .filter((name) => formatOfName(name) !== null)
  .slice(0, photosPerRound)
  .map((name) => path.resolve(photos, name))
for (const modelPath of [path.resolve(model), small]) {
  const best = new Map<Precision, number>()
  for (let round = 0; round < rounds; round++) {
    for (const precision of precisions) {
      const load = {
        type: 'load' as const,
        modelPath,
        precision,
        inputSizePx: null,
        device: 'cpu' as const,
        cacheDir: path.join(folder, 'cache'),
        ...planWorkers(availableParallelism(), 90e6),
        limits: defaultPhotoLimits,
      }
      const ms = await measurePart({ part: 'inference', load, paths, peerFolder: '' })
      best.set(precision, Math.min(best.get(precision) ?? Infinity, ms))
    }
  }
  const fp32 = best.get('fp32') ?? 0
  for (const [precision, ms] of best)
    console.log(
      `${path.basename(modelPath)} ${precision}: ${ms.toFixed(2)} ms/photo, ${(fp32 / ms).toFixed(2)} x fp32`,
    )
}
await rm(folder, { recursive: true, force: true })
