// Photos of one size and one date that swap their names between being identified and being read.
import fs, { lstatSync, renameSync, symlinkSync, utimesSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { defaultPhotoLimits, type InferItem, type ToWorker } from '../../electron/contract/inference.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'
import { makePicture } from '../../electron/worker/picture.ts'
import { openTestCore } from '../helpers/core.ts'
import { photoOnDisk } from '../helpers/photo-on-disk.ts'
import { patch } from '../helpers/quota.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

/** Uncompressed, so that any two have the same size. */
async function writeTiff(file: string, background: string): Promise<void> {
  const image = sharp({ create: { width: 32, height: 32, channels: 3, background } })
  await image.tiff({ compression: 'none' }).toFile(file)
  utimesSync(file, 1_700_000_000, 1_700_000_000)
}

function swap(a: string, b: string): void {
  renameSync(a, `${a}.tmp`)
  renameSync(b, a)
  renameSync(`${a}.tmp`, b)
}

test('two photos of one size and date that swap names during a job get no prediction of the other one', async () => {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await mkdir(photos)
  const [a, b] = [path.join(photos, 'a.tiff'), path.join(photos, 'b.tiff')]
  await writeTiff(a, 'red')
  await writeTiff(b, 'blue')
  const model = await writeTinyModel(path.join(home, 'tiny'))
  const items: InferItem[] = []
  const { label } = openTestCore(home, {
    spawnInference: (threads) => {
      const port = spawnInference(threads)
      const post = (message: ToWorker) => {
        if (message.type === 'infer') {
          if (items.length === 0) swap(a, b)
          items.push(...message.items)
        }
        port.post(message)
      }
      return { ...port, post }
    },
  })
  expect(await label({ folders: [photos], model })).toMatchObject({
    state: 'done',
    counts: { files: 2, labelled: 0, failed: 2 },
  })
  // The same rule guards pictures.
  const [item] = items
  if (item === undefined) throw new Error('nothing was sent to the worker')
  const outFile = path.join(home, 'picture.jpg')
  const request = { ...item, type: 'picture', maxSidePx: 32, quality: 80, outFile } as const
  expect(await makePicture({ ...request, limits: defaultPhotoLimits })).toMatchObject({
    ok: false,
    reason: { template: expect.stringContaining('changed or moved') as string },
  })
  // Read again, each photo is labelled by its own content.
  expect(await label({ folders: [photos], model })).toMatchObject({
    state: 'done',
    counts: { files: 2, labelled: 2, failed: 0 },
  })
})

/** Steps of a worker that reads a photo by its path, and what Node calls them. */
const points = { opened: null, 'looked at': 'stat', read: 'read', closed: 'close' } as const
type Point = keyof typeof points

test.each(Object.keys(points) as Point[])(
  'a link to another file of one size and date, in the place of the photo since it was %s, is not shown',
  async (point) => {
    const home = tempFolder()
    const [photo, outside, link] = ['photo.tiff', 'outside.tiff', 'link.tiff'].map((name) =>
      path.join(home, name),
    ) as [string, string, string]
    await writeTiff(photo, '#ff0000')
    await writeTiff(outside, '#0000ff')
    symlinkSync(outside, link)
    const request = { id: 1, ...photoOnDisk(photo), maxSidePx: 32, quality: 80, limits: defaultPhotoLimits }
    const outFile = path.join(home, 'picture.jpg')
    // The photo comes back when its path is looked at again, so that such a look notices nothing.
    const swaps = swapAt(point, photo, link)
    const result = await makePicture({ ...request, type: 'picture', outFile })
    expect(swaps.count).toBe(1)
    expect(result).toMatchObject({ ok: true })
    const [red = 0, , blue = 255] = await sharp(outFile).resize(1, 1).raw().toBuffer()
    expect([red > 240, blue < 15]).toEqual([true, true])
  },
)

/** Swaps two names once, right after the file was opened and so on; and back at the next look at its path. */
function swapAt(point: Point, a: string, b: string): { readonly count: number } {
  const swaps = { count: 0 }
  const swapOnce = () => {
    if (swaps.count++ === 0) swap(a, b)
    else swaps.count--
  }
  const { promises } = fs
  const open = promises.open.bind(promises)
  const stat = promises.stat.bind(promises)
  patch(promises, 'open', async (...args: Parameters<typeof open>) => {
    const handle = await open(...args)
    if (args[0] !== a) return handle
    const name = points[point]
    if (name === null) swapOnce()
    else {
      const step = handle[name].bind(handle) as (...rest: unknown[]) => Promise<unknown>
      const stepAndSwap = async (...rest: unknown[]) => {
        const result = await step(...rest)
        swapOnce()
        return result
      }
      Object.assign(handle, { [name]: stepAndSwap })
    }
    return handle
  })
  patch(promises, 'stat', (...args: Parameters<typeof stat>) => {
    if (args[0] === a && swaps.count === 1 && lstatSync(a).isSymbolicLink()) swap(a, b)
    return stat(...args)
  })
  return swaps
}
