// Datasets written from real photos: the layout, the lists, and what was left out and why.
import fs, {
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { DatasetRequest } from '../../../electron/contract/exports.ts'
import { countPlan, planDataset } from '../../../electron/core/exports/dataset-plan.ts'
import { scanLibrary } from '../../../electron/core/library/ingest.ts'
import { parseCsv } from '../../helpers/csv.ts'
import { exifSegment, withSegments } from '../../helpers/image-bytes.ts'
import { mount } from '../../helpers/mount.ts'
import { patch } from '../../helpers/quota.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addVariant, labelled } from '../store/helpers.ts'
import { saying } from '../../helpers/messages.ts'
import { createPhotoLibrary, exportDataset, listFiles, planOptions, type PhotoLibrary } from './helpers.ts'

/**
 * Six photos: two cats of which one has a copy, a dog, one with two labels, one with a suggestion, one with nothing.
 */
async function createLibrary(): Promise<PhotoLibrary> {
  const library = await createPhotoLibrary({
    'a/cat.jpg': 1,
    'b/cat.jpg': 2,
    'b/copy of cat.jpg': 2,
    'dog.jpg': 3,
    'both.jpg': 4,
    'maybe.jpg': 5,
    'none.jpg': 6,
  })
  const { store, id } = library
  store.annotations.confirm([id('a/cat.jpg'), id('b/cat.jpg')], 'animal/cat')
  vi.setSystemTime(1000)
  store.annotations.confirm([id('dog.jpg'), id('both.jpg')], 'dog')
  vi.setSystemTime(2000)
  store.annotations.confirm([id('both.jpg')], 'animal/cat')
  vi.useRealTimers()
  const { variantId, jobId } = addVariant(store)
  store.predictions.saveBatch(variantId, jobId, [labelled(id('maybe.jpg'), ['fox', 'dog'])])
  return library
}

test('writes each photo of an imagefolder into the folder of its label, and accounts for every file', async () => {
  const library = await createLibrary()
  await writeFile(path.join(library.photos, 'notes.txt'), 'x')
  rmSync(path.join(library.photos, 'dog.jpg'))
  const report = await exportDataset(library, { format: 'imagefolder' })
  const folder = path.join(library.home, 'dataset')
  expect(report).toMatchObject({
    folder,
    files: 7,
    exported: 4,
    splits: { train: 4, val: 0, test: 0 },
    labels: [
      { name: 'animal/cat', folder: 'animal__cat', train: 3 },
      { name: 'dog', folder: 'dog', train: 1 },
    ],
  })
  expect(report.skipped).toEqual([
    { reason: saying('No label of it is confirmed.'), files: 2 },
    { reason: saying('It is not there any more, or is a link that leads nowhere.'), files: 1 },
  ])
  expect(listFiles(folder)).toEqual([
    'animal__cat/cat-2.jpg',
    'animal__cat/cat.jpg',
    'animal__cat/copy of cat.jpg',
    'classes.txt',
    'dog/both.jpg',
    'labelroom-dataset.json',
    'labelroom-files.csv',
  ])
  expect(readFileSync(path.join(folder, 'classes.txt'), 'utf8')).toBe('animal/cat\ndog\n')
  expect(readFileSync(path.join(folder, 'dog/both.jpg'))).toEqual(
    readFileSync(path.join(library.photos, 'both.jpg')),
  )
  const rows = parseCsv(readFileSync(path.join(folder, 'labelroom-files.csv'), 'utf8'))
  expect(rows.filter(({ status }) => status === 'exported')).toHaveLength(4)
  expect(rows.find(({ original }) => original?.endsWith('/dog.jpg'))).toMatchObject({
    status: 'skipped',
    reason: 'It is not there any more, or is a link that leads nowhere.',
  })
  expect(await readdir(library.home)).toEqual(['dataset', 'photos'])
})

test('takes the label confirmed first of several, or skips the photo with the reason', async () => {
  const library = await createLibrary()
  const report = await exportDataset(library, { format: 'kaggle', severalLabels: 'skip' })
  expect(report.exported).toBe(4)
  expect(report.skipped).toContainEqual({
    reason: saying('It has several labels, and the format has room for one.'),
    files: 1,
  })
})

test('takes suggestions from a score on, but confirmed labels first', async () => {
  const library = await createLibrary()
  const report = await exportDataset(library, { format: 'jsonl', minScore: 0.7, placement: 'none' })
  expect(report.exported).toBe(6)
  const lines = readFileSync(path.join(library.home, 'dataset/labels.jsonl'), 'utf8').trim().split('\n')
  const items = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(items.find((item) => item['file_name'] === 'maybe.jpg')).toEqual({
    ...{ file_name: 'maybe.jpg', label: 'fox', labels: ['fox'] },
    ...{ source: 'model', score: 0.8 },
  })
  expect(items.find((item) => item['file_name'] === 'both.jpg')).toMatchObject({
    labels: ['dog', 'animal/cat'],
    source: 'human',
    score: null,
  })
  const higher = await exportDataset(
    library,
    { format: 'jsonl', minScore: 0.9 },
    path.join(library.home, 'b'),
  )
  expect(higher.exported).toBe(5)
})

test('exports the chosen photos only', async () => {
  const library = await createLibrary()
  const photoIds = [library.id('dog.jpg'), library.id('none.jpg')]
  const report = await exportDataset(library, { format: 'imagefolder', photoIds })
  expect(report).toMatchObject({ files: 2, exported: 1 })
})

test('writes the metadata of hf beside the photos of each split', async () => {
  const library = await createLibrary()
  await exportDataset(library, { format: 'hf' })
  const text = readFileSync(path.join(library.home, 'dataset/metadata.csv'), 'utf8')
  expect(parseCsv(text)[0]).toEqual({ file_name: 'a/cat.jpg', label: 'animal/cat' })
  const divided = path.join(library.home, 'divided')
  await exportDataset(
    library,
    { format: 'hf', metadata: 'jsonl', split: { train: 50, val: 0, test: 50 } },
    divided,
  )
  for (const part of ['train', 'test']) {
    const lines = readFileSync(path.join(divided, part, 'metadata.jsonl'), 'utf8')
      .trim()
      .split('\n')
    for (const line of lines) {
      const item = JSON.parse(line) as { file_name: string; labels: string[] }
      expect(statSync(path.join(divided, part, item.file_name)).isFile()).toBe(true)
    }
  }
})

test('writes coco boxes as large as the image, and skips unknown sizes', async () => {
  const library = await createLibrary()
  const { store, id } = library
  const { variantId, jobId } = addVariant(store)
  const seen = ['a/cat.jpg', 'both.jpg'].map((name) => labelled(id(name), ['x']))
  store.predictions.saveBatch(variantId, jobId, seen)
  const report = await exportDataset(library, { format: 'coco' })
  expect(report.exported).toBe(2)
  const folder = path.join(library.home, 'dataset')
  const coco = JSON.parse(readFileSync(path.join(folder, 'annotations/instances_all.json'), 'utf8')) as object
  expect(coco).toMatchObject({
    categories: [
      { id: 1, name: 'animal/cat' },
      { id: 2, name: 'dog' },
    ],
    images: [
      { id: 1, file_name: 'a/cat.jpg', width: 640, height: 480 },
      { id: 2, file_name: 'both.jpg' },
    ],
    annotations: [
      { id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 640, 480], area: 307200, iscrowd: 0 },
      { id: 2, image_id: 2, category_id: 2 },
      { id: 3, image_id: 2, category_id: 1 },
    ],
  })
  expect(listFiles(path.join(folder, 'images'))).toEqual(['a/cat.jpg', 'both.jpg'])
})

test('writes a list for each split of kaggle and timm', async () => {
  const library = await createLibrary()
  const split = { train: 60, val: 20, test: 20 }
  await exportDataset(library, { format: 'kaggle', split })
  await exportDataset(library, { format: 'timm', split, placement: 'none' }, path.join(library.home, 'timm'))
  const read = (file: string) => parseCsv(readFileSync(path.join(library.home, file), 'utf8'))
  const [first] = read('dataset/train.csv')
  expect(Object.keys(first ?? {})).toEqual(['id', 'label'])
  expect(statSync(path.join(library.home, 'dataset', first?.['id'] ?? '')).isFile()).toBe(true)
  const names = ['train', 'val', 'test'].flatMap((part) =>
    read(`timm/${part}.csv`).map((row) => row['filename']),
  )
  expect(names.sort()).toEqual(['a/cat.jpg', 'b/cat.jpg', 'b/copy of cat.jpg', 'both.jpg', 'dog.jpg'])
  expect(listFiles(path.join(library.home, 'timm')).some((name) => name.endsWith('.jpg'))).toBe(false)
})

test('places copies, hard links and symbolic links', async () => {
  const library = await createLibrary()
  const original = path.join(library.photos, 'dog.jpg')
  for (const placement of ['copy', 'hard', 'symlink'] as const) {
    const folder = path.join(library.home, placement)
    await exportDataset(library, { format: 'imagefolder', placement }, folder)
    const file = path.join(folder, 'dog/dog.jpg')
    expect(readFileSync(file)).toEqual(readFileSync(original))
    expect(statSync(file).ino === statSync(original).ino).toBe(placement !== 'copy')
    expect(lstatSync(file).isSymbolicLink()).toBe(placement === 'symlink')
    if (placement === 'symlink') expect(readlinkSync(file)).toBe(original)
  }
})

test.each(['stat', 'open'] as const)(
  'copies no other file that takes the place of a photo after its %s',
  async (step) => {
    const library = await createLibrary()
    const photo = path.join(library.photos, 'dog.jpg')
    const other = path.join(tempFolder(), 'other.jpg')
    writeFileSync(other, 'of somebody else')
    const bytes = readFileSync(photo)
    const { promises } = fs
    const real = promises[step].bind(promises) as (...args: unknown[]) => Promise<unknown>
    patch(promises, step, async (...args: unknown[]) => {
      const result = await real(...args)
      if (args[0] === photo && existsSync(other)) renameSync(other, photo)
      return result
    })
    const folder = path.join(tempFolder(), 'set')
    const { skipped } = await exportDataset(library, { format: 'imagefolder', placement: 'copy' }, folder)
    expect(existsSync(other)).toBe(false)
    const copy = path.join(folder, 'dog/dog.jpg')
    if (step === 'open') expect(readFileSync(copy)).toEqual(bytes)
    else {
      expect(existsSync(copy)).toBe(false)
      expect(skipped).toContainEqual({
        reason: saying('It was changed since its folder was scanned; scan it again.'),
        files: 1,
      })
    }
  },
)

test('skips a photo that was changed since the scan', async () => {
  const library = await createLibrary()
  const file = path.join(library.photos, 'dog.jpg')
  await utimes(file, 1, 1)
  const report = await exportDataset(library, { format: 'imagefolder' })
  expect(report.skipped).toContainEqual({
    reason: saying('It was changed since its folder was scanned; scan it again.'),
    files: 1,
  })
  expect(report.files).toBe(report.exported + report.skipped.reduce((sum, { files }) => sum + files, 0))
})

test('refuses a folder with content and does not touch it, but uses an empty one', async () => {
  const library = await createLibrary()
  const folder = path.join(library.home, 'dataset')
  await mkdir(folder)
  writeFileSync(path.join(folder, 'mine.txt'), 'mine')
  await expect(exportDataset(library, { format: 'imagefolder' })).rejects.toMatchObject({
    code: 'output-unwritable',
    message: `${folder} is not empty. Choose a new or empty folder.`,
  })
  expect(listFiles(folder)).toEqual(['mine.txt'])
  rmSync(path.join(folder, 'mine.txt'))
  expect((await exportDataset(library, { format: 'imagefolder' })).exported).toBe(5)
})

test('refuses hard links to another drive, and a drive that is too small, and leaves nothing behind', async () => {
  const library = await createLibrary()
  const drive = tempFolder()
  if (!mount('the test of an export to another drive', drive, ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs']))
    return
  const folder = path.join(drive, 'dataset')
  await expect(exportDataset(library, { format: 'imagefolder' }, folder)).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(
      /^The export needs \d\.\d\d kB but .* has [\d.]+ (bytes|kB) left/,
    ) as string,
  })
  await expect(exportDataset(library, { format: 'imagefolder', placement: 'hard' }, folder)).rejects.toThrow(
    /Hard links are not possible .* another drive.* Choose copies/,
  )
  expect(await readdir(drive)).toEqual([])
})

test('keeps copies and near-duplicates in one split', async () => {
  const numbers = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`${at}.jpg`, at % 50]))
  const library = await createPhotoLibrary(numbers)
  const { store, id } = library
  const photoIds = [...new Set(Object.keys(numbers).map(id))]
  store.annotations.confirm(photoIds, 'thing')
  const { variantId, jobId } = addVariant(store)
  // Photos 0 and 1, 2 and 3 … look the same.
  store.predictions.saveBatch(
    variantId,
    jobId,
    photoIds.map((photoId, at) => {
      const pair = Math.floor(at / 2)
      return labelled(
        photoId,
        ['x'],
        Float32Array.from({ length: 64 }, (_, d) => (d === pair ? 1 : 0.001 * at)),
      )
    }),
  )
  const request = DatasetRequest.parse({
    format: 'imagefolder',
    split: { train: 50, val: 25, test: 25 },
    seed: 3,
  })
  const plan = await planDataset(store, request, planOptions(store))
  const sides = new Map<number, Set<string>>()
  for (const { photoId, split } of plan.files) {
    const pair = Math.floor(photoIds.indexOf(photoId) / 2)
    sides.set(pair, (sides.get(pair) ?? new Set()).add(split))
  }
  expect([...sides.values()].every(({ size }) => size === 1)).toBe(true)
  const counts = countPlan(plan)
  expect(counts).toMatchObject({ files: 60, exported: 60, duplicateGroups: 25 })
  for (const [side, wanted] of Object.entries({ train: 30, val: 15, test: 15 }))
    expect(Math.abs(counts.splits[side as 'train'] - wanted)).toBeLessThanOrEqual(2)
})

test('keeps the renderings of one image in one split', async () => {
  const names = Array.from({ length: 20 }, (_, at) => `${at}.jpg`)
  const { store, photos, id } = await createPhotoLibrary(
    Object.fromEntries(names.map((name, at) => [name, at])),
  )
  for (const name of names)
    writeFileSync(
      path.join(photos, `rotated ${name}`),
      withSegments(readFileSync(path.join(photos, name)), exifSegment(6)),
    )
  await scanLibrary(store, [photos])
  store.annotations.confirm(names.map(id), 'thing')
  const request = DatasetRequest.parse({
    format: 'imagefolder',
    split: { train: 50, val: 0, test: 50 },
    minCosine: null,
  })
  const { files } = await planDataset(store, request, planOptions(store))
  expect(files).toHaveLength(40)
  const sideOf = new Map(files.map(({ path: file, split }) => [path.basename(file), split]))
  expect(names.map((name) => sideOf.get(`rotated ${name}`))).toEqual(names.map((name) => sideOf.get(name)))
})
