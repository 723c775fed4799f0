// Pictures for the screen: real photos, a real library, a real worker.
import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { copyFile, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { PictureSize } from '../../../electron/contract/photos.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import type { InferencePort, ToWorker } from '../../../electron/contract/inference.ts'
import type { CoreOptions } from '../../../electron/core/core.ts'
import { spawnInference } from '../../../electron/host/spawn-inference.ts'
import { openTestCore } from '../../helpers/core.ts'
import { hasSharedFiles, sharedFiles } from '../../helpers/shared-files.ts'
import { writePhoto, writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

/** A scanned folder; `write` fills it before. */
async function openPhotos(write: (photos: string) => Promise<unknown>, options: Partial<CoreOptions> = {}) {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhoto(path.join(photos, 'small.jpg'), 77)
  await write(photos)
  const test = openTestCore(home, options)
  await test.client.library.scan({ folders: [photos] })
  const idOf = async (name: string): Promise<PhotoId> => {
    const files = await test.client.photos.list({ folder: photos })
    const id = files.find((file) => file.path === path.join(photos, name))?.photoId
    if (!id) throw new Error(`${name} is no photo`)
    return id
  }
  const picture = async (name: string, size: PictureSize = 'grid') =>
    test.client.photos.picture({ photoId: await idOf(name), size })
  return { ...test, home, photos, idOf, picture }
}

/** Real workers, with a look at what they are told before they are. */
const spawnTelling =
  (onPost: (message: ToWorker) => void) =>
  (threads: number): InferencePort => {
    const port = spawnInference(threads)
    return {
      ...port,
      post(message) {
        onPost(message)
        port.post(message)
      },
    }
  }

const colour = async (file: string): Promise<number[]> => [
  ...(await sharp(file).resize(1, 1).raw().toBuffer()),
]
const large = (folder: string, name: string, width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#c04020' } })
    .jpeg()
    .toFile(path.join(folder, name))

test('fits each size into its square, keeps the shape and never enlarges', async () => {
  const { picture } = await openPhotos((photos) => large(photos, 'wide.jpg', 3000, 1000))
  const sizes = async (name: string, size: PictureSize) => {
    const { file, contentType } = await picture(name, size)
    const { width, height, format } = await sharp(file).metadata()
    expect(contentType).toBe(`image/${format}`)
    return [width, height]
  }
  expect(await sizes('wide.jpg', 'grid')).toEqual([320, 107])
  expect(await sizes('wide.jpg', 'screen')).toEqual([2048, 683])
  expect(await sizes('wide.jpg', 'full')).toEqual([3000, 1000])
  expect(await sizes('small.jpg', 'screen')).toEqual([34, 34])
})

test('makes pictures upright, in sRGB and without EXIF', async () => {
  const { picture, client, idOf, photos } = await openPhotos((folder) =>
    sharp({ create: { width: 60, height: 30, channels: 3, background: '#00ff00' } })
      .withMetadata({ orientation: 6 })
      .withIccProfile('p3')
      .withExif({
        IFD0: { Make: 'Maker' },
        IFD2: { DateTimeOriginal: '2020:05:06 07:08:09' },
      })
      .jpeg({ quality: 100 })
      .toFile(path.join(folder, 'turned.jpg')),
  )
  const { file } = await picture('turned.jpg')
  const { width, height, exif, icc } = await sharp(file).metadata()
  expect({ width, height, exif, icc }).toEqual({ width: 30, height: 60, exif: undefined, icc: undefined })
  const [red = 255, green = 0] = await colour(file)
  expect(red).toBeLessThan(12)
  expect(green).toBeGreaterThan(243)
  expect(await idOf('turned.jpg')).toBeGreaterThan(0)
  expect(await client.photos.list({ folder: photos })).toHaveLength(2)
})

test('makes a picture once for all copies and moved files', async () => {
  const { picture, client, photos } = await openPhotos((folder) => writePhotos(folder, 1))
  const first = await picture('small.jpg')
  const { mtimeMs, ino } = statSync(first.file)
  await copyFile(path.join(photos, 'small.jpg'), path.join(photos, 'copy.jpg'))
  await rename(path.join(photos, 'small.jpg'), path.join(photos, 'moved.jpg'))
  await client.library.scan({ folders: [photos] })
  expect(await picture('copy.jpg')).toEqual(first)
  expect(await picture('moved.jpg')).toEqual(first)
  expect(statSync(first.file)).toMatchObject({ mtimeMs, ino })
  expect((await picture('part 0/000.jpg')).file).not.toBe(first.file)
  // An unplugged drive still has its thumbnails.
  await rm(path.join(photos, 'part 0/000.jpg'))
  await client.library.scan({ folders: [photos] })
  expect(existsSync((await picture('part 0/000.jpg')).file)).toBe(true)
})

test('answers simultaneous equal requests with one picture, and leaves nothing else behind', async () => {
  const asked: string[] = []
  const spawn = spawnTelling(({ type }) => asked.push(type))
  const { picture } = await openPhotos((folder) => writePhotos(folder, 3), { spawnInference: spawn })
  const names = ['small.jpg', 'part 0/000.jpg', 'small.jpg', 'part 1/001.jpg', 'small.jpg']
  const made = await Promise.all(names.map((name) => picture(name)))
  expect(new Set(made.map(({ file }) => file)).size).toBe(3)
  expect(asked).toEqual(['picture', 'picture', 'picture'])
})

test('refuses a damaged photo with the reason and its name each time, and tries it once', async () => {
  let asked = 0
  const spawn = spawnTelling(() => asked++)
  const { picture } = await openPhotos(
    async (folder) => {
      await large(folder, 'whole.jpg', 400, 400)
      const bytes = await readFile(path.join(folder, 'whole.jpg'))
      await writeFile(path.join(folder, 'torn.jpg'), bytes.subarray(0, bytes.length / 2))
    },
    { spawnInference: spawn },
  )
  const refusal = {
    code: 'not-found',
    message: expect.stringMatching(/torn\.jpg' cannot be shown\. .*ends too early/) as string,
  }
  await expect(picture('torn.jpg')).rejects.toMatchObject(refusal)
  await expect(picture('torn.jpg')).rejects.toMatchObject(refusal)
  expect(asked).toBe(1)
})

test('makes no picture of a photo from a file that was replaced', async () => {
  const { picture, photos, client } = await openPhotos((folder) => large(folder, 'a.jpg', 64, 64))
  const file = path.join(photos, 'a.jpg')
  await writeFile(file, await readFile(path.join(photos, 'small.jpg')))
  await expect(picture('a.jpg')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringMatching(/changed.*scan/) as string,
  })
  await client.library.scan({ folders: [photos] })
  expect(await picture('a.jpg')).toEqual(await picture('small.jpg'))
})

test('makes no picture either when the file is replaced between check and decoder', async () => {
  let swap: (() => void) | null = null
  const spawn = spawnTelling(() => swap?.())
  const { picture, photos } = await openPhotos((folder) => large(folder, 'a.jpg', 64, 64), {
    spawnInference: spawn,
  })
  swap = () => {
    writeFileSync(path.join(photos, 'a.jpg'), 'other')
  }
  await expect(picture('a.jpg')).rejects.toMatchObject({ code: 'not-found' })
})

test('reads nothing outside the added folders, not even through a link', async () => {
  const outside = tempFolder()
  await writePhoto(path.join(outside, 'secret.jpg'), 7)
  const { picture } = await openPhotos(async (folder) => {
    symlinkSync(path.join(outside, 'secret.jpg'), path.join(folder, 'link.jpg'))
    symlinkSync(path.join(folder, 'small.jpg'), path.join(folder, 'inner.jpg'))
    await Promise.resolve()
  })
  await expect(picture('link.jpg')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('outside the added folders') as string,
  })
  expect((await picture('inner.jpg')).file).toBe((await picture('small.jpg')).file)
})

test('fails with not-found for an unknown photo', async () => {
  const { client } = await openPhotos(() => Promise.resolve())
  await expect(client.photos.picture({ photoId: 999, size: 'grid' })).rejects.toMatchObject({
    code: 'not-found',
  })
})

test('refuses a photo that crashes the worker, and makes all others in a new one', async () => {
  let spawned = 0
  const lines: string[] = []
  const { picture } = await openPhotos((folder) => writePhotos(folder, 6), {
    log: (_, message) => lines.push(message),
    spawnInference: (threads) => {
      spawned++
      const port = spawnInference(threads)
      return {
        ...port,
        post(message) {
          if ('path' in message && message.path.endsWith('004.jpg')) port.kill()
          else port.post(message)
        },
      }
    },
  })
  const names = ['0/000', '1/001', '2/002', '0/003', '1/004', '2/005'].map((name) => `part ${name}.jpg`)
  const settled = await Promise.allSettled(names.map((name) => picture(name)))
  expect(settled.map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, true, false, true])
  expect(settled[4]).toMatchObject({
    reason: { code: 'not-found', message: expect.stringContaining('SIGKILL') as string },
  })
  expect(lines.join('\n')).toContain('004.jpg')
  await expect(picture('part 1/004.jpg')).rejects.toMatchObject({ code: 'not-found' })
  expect(spawned).toBeLessThanOrEqual(3)
})

test('evicts the least recently used large pictures, and keeps thumbnails', async () => {
  const { picture } = await openPhotos((folder) => writePhotos(folder, 4), { pictureCacheBytes: 900 })
  const names = ['part 0/000.jpg', 'part 1/001.jpg', 'part 2/002.jpg']
  const grid = await Promise.all(names.map((name) => picture(name)))
  const [first, second] = [
    await picture('part 0/000.jpg', 'screen'),
    await picture('part 1/001.jpg', 'screen'),
  ]
  const longAgo = new Date(2001, 1)
  await utimes(first.file, longAgo, longAgo)
  await utimes(second.file, longAgo, longAgo)
  // Looking at it again makes it the newer one.
  await picture('part 0/000.jpg', 'screen')
  const third = await picture('part 2/002.jpg', 'screen')
  expect([first, second, third].map(({ file }) => existsSync(file))).toEqual([true, true, true])
  const fourth = await picture('part 0/003.jpg', 'screen')
  expect(existsSync(second.file)).toBe(false)
  expect(existsSync(fourth.file)).toBe(true)
  expect(grid.every(({ file }) => existsSync(file))).toBe(true)
})

test.skipIf(!hasSharedFiles('awkward'))(
  'returns an upright sRGB picture or a reason for each edge case',
  async () => {
    const awkward = sharedFiles.awkward
    const { client, close } = openTestCore(tempFolder())
    await client.library.scan({ folders: [awkward] })
    const files = await client.photos.list({ folder: awkward })
    const shapes: Record<string, number[] | string> = {}
    for (const { path: file, photoId } of files) {
      if (photoId === null) continue
      const name = path.basename(file)
      try {
        const picture = await client.photos.picture({ photoId, size: 'grid' })
        const { width, height, space } = await sharp(picture.file).metadata()
        expect(space).toBe('srgb')
        shapes[name] = [width, height]
      } catch (error) {
        shapes[name] = (error as Error).message.replace(/^.*cannot be shown\. /, '')
      }
    }
    await close()
    expect(shapes).toMatchObject({
      'Landscape_6.jpg': [320, 240],
      'Portrait_8.jpg': [240, 320],
      'truncated.jpg': expect.stringContaining('ends too early') as string,
      'example.heic': [320, 214],
    })
  },
)
