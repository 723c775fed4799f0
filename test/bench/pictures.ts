// Prints how long thumbnails and larger pictures take, as CPU time (independent of other load) and as wall time.
// usage: npm run bench:pictures -- PHOTOS
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { stampOf } from '../../electron/common/file-stamp.ts'
import type { PictureSize } from '../../electron/contract/photos.ts'
import { defaultPhotoLimits } from '../../electron/contract/inference.ts'
import { createClient, directTransport } from '../../electron/core/client.ts'
import { createCore } from '../../electron/core/core.ts'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'
import { english } from '../../electron/texts/message.ts'
import { makePicture } from '../../electron/worker/picture.ts'

const [photos] = process.argv.slice(2)
if (photos === undefined) throw new Error('Give a folder with photos.')
const home = await mkdtemp(path.join(tmpdir(), 'labelroom-pictures-'))
const core = createCore({ libraryFile: path.join(home, 'library.db'), cacheDir: home, spawnInference })
const client = createClient(directTransport(core))

/** Asks for all pictures at once, as a grid does. */
async function ask(photoIds: readonly number[], size: PictureSize): Promise<{ ms: number; bytes: number }> {
  const start = performance.now()
  const answers = await Promise.allSettled(
    photoIds.map((photoId) => client.photos.picture({ photoId, size })),
  )
  const ms = (performance.now() - start) / photoIds.length
  let bytes = 0
  for (const answer of answers)
    if (answer.status === 'fulfilled') bytes += (await stat(answer.value.file)).size
  return { ms, bytes: bytes / photoIds.length }
}

/** CPU milliseconds of this process for one picture, several times. */
async function cost(file: string, maxSidePx: number, times: number): Promise<number> {
  const stamp = stampOf(await stat(file))
  const outFile = path.join(home, 'one.jpg')
  const request = {
    type: 'picture',
    id: 1,
    path: file,
    ...stamp,
    maxSidePx,
    quality: 80,
  } as const
  let start = process.cpuUsage()
  for (let n = -1; n < times; n++) {
    if (n === 0) start = process.cpuUsage()
    const result = await makePicture({ ...request, outFile, limits: defaultPhotoLimits })
    if (!result.ok) throw new Error(english(result.reason))
  }
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000 / times
}

/** A photo with the detail of a real one: noise under a blur. */
async function writeCameraPhoto(): Promise<string> {
  const [width, height] = [4000, 3000]
  const random = createRandom(1)
  const small = Uint8Array.from({ length: 500 * 375 * 3 }, () => 255 * random())
  const file = path.join(home, 'camera.jpg')
  const enlarged = sharp(small, { raw: { width: 500, height: 375, channels: 3 } }).resize(width, height)
  await enlarged.jpeg({ quality: 92 }).toFile(file)
  return file
}

await client.library.scan({ folders: [path.resolve(photos)] })
const files = await client.photos.list({ folder: path.resolve(photos), limit: 1000 })
const photoIds = [...new Set(files.flatMap(({ photoId }) => photoId ?? []))]
console.log(`${photoIds.length} photos of ${photos}`)
for (const size of ['grid', 'screen'] as const) {
  const cold = await ask(photoIds, size)
  const warm = await ask(photoIds, size)
  console.log(
    `${size}: ${cold.ms.toFixed(1)} ms a photo (wall, two at a time), from the cache ${warm.ms.toFixed(2)} ms, ${Math.round(cold.bytes / 1000)} kB`,
  )
}
const first = files.find(({ photoId }) => photoId !== null)
if (first !== undefined)
  console.log(`grid, first photo: ${(await cost(first.path, 320, 20)).toFixed(1)} ms of CPU`)
const camera = await writeCameraPhoto()
console.log(`a JPEG of 12 megapixels, ${Math.round((await stat(camera)).size / 1e6)} MB:`)
for (const [name, side] of [
  ['grid', 320],
  ['screen', 2048],
  ['full', 8192],
] as const)
  console.log(`  ${name}: ${(await cost(camera, side, 5)).toFixed(0)} ms of CPU`)
await core.close()
await rm(home, { recursive: true })
