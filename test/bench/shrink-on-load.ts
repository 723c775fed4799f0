// Prints whether decoding JPEGs at a part of their size changes the top-1, and what it saves.
// usage: npm run bench:shrink-on-load -- PHOTOS MODEL
// PHOTOS are enlarged to 6 megapixels first, since small photos are never shrunk.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { defaultPhotoLimits } from '../../electron/contract/inference.ts'
import { decodePhotoAt } from '../helpers/photo-on-disk.ts'
import type { ShrinkOnLoad } from '../../electron/worker/decode/limits.ts'
import '../helpers/no-telemetry.ts'
import { openModel } from '../../electron/worker/model.ts'

const [photos, modelPath] = process.argv.slice(2)
if (photos === undefined || modelPath === undefined) throw new Error('usage: shrink-on-load.ts PHOTOS MODEL')
const folder = await mkdtemp(path.join(tmpdir(), 'labelroom-shrink-'))
const names = (await readdir(photos)).filter((name) => name.endsWith('.jpg'))
const files = names.map((name) => path.join(folder, name))
for (const [index, name] of names.entries())
  await sharp(path.join(photos, name))
    .resize(3000, 2000, { fit: 'cover' })
    .jpeg({ quality: 92 })
    .toFile(files[index] ?? '')

const { preprocessing, run } = await openModel({
  type: 'load',
  modelPath,
  precision: 'fp32',
  inputSizePx: null,
  device: 'cpu',
  cacheDir: folder,
  threads: 2,
  workers: 1,
  limits: defaultPhotoLimits,
})
const modes: readonly ShrinkOnLoad[] = ['off', 'careful', 'fast']
const top1: Record<ShrinkOnLoad, (number | undefined)[]> = { off: [], careful: [], fast: [] }
const decodeMs: Record<ShrinkOnLoad, number> = { off: 0, careful: 0, fast: 0 }
for (const file of files) {
  for (const shrinkOnLoad of modes) {
    const startMs = performance.now()
    const photo = await decodePhotoAt(file, preprocessing, { shrinkOnLoad })
    decodeMs[shrinkOnLoad] += performance.now() - startMs
    const [result] = await run([{ ...photo, id: 0 }], 1)
    top1[shrinkOnLoad].push(result?.ok === true ? result.top[0]?.classIndex : undefined)
  }
}
for (const mode of modes) {
  const same = top1[mode].filter((index, photo) => index === top1.off[photo]).length
  console.log(
    `${mode}: top-1 as without on ${same} of ${files.length}, ${(decodeMs[mode] / files.length).toFixed(1)} ms/photo`,
  )
}
await rm(folder, { recursive: true, force: true })
