// A large library with made-up photos, predictions and labels, to measure what a user feels.
import { createHash } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { JobRequest } from '../../electron/contract/jobs.ts'
import type { PhotoId } from '../../electron/contract/domain.ts'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'
import { openStore, type Store } from '../../electron/core/store/db.ts'
import type { FileMetadata } from '../../electron/core/domain/file-metadata.ts'
import type { FileRecord } from '../../electron/core/store/tables/files-scan.ts'
import type { InferenceResult } from '../../electron/core/store/tables/predictions.ts'
import { verbatim } from '../../electron/texts/message.ts'
import { keysOf } from './keys.ts'
import { createEmbedder } from './made-embeddings.ts'

export interface LibraryPlan {
  /** Gets `library.db` and, with pictures, `photos`. */
  readonly folder: string
  readonly files: number
  /** Length of the embeddings; 0: none. */
  readonly dim: number
  /** How many different JPEGs there are on disk; 0: files that are only in the library. */
  readonly pictures: number
}

const photosPerFolder = 200
const trips = ['Alps', 'Harbour', 'Garden', 'Market', '北京', '东京の旅', 'Family', 'Work']
const cameras = ['Canon EOS R6', 'FUJIFILM X-T4', 'Apple iPhone 14', null]
const topK = 5
const batchFiles = 5000
const firstMs = Date.UTC(2015, 0, 1)
const minuteMs = 60_000

/** Fills a new library; the same plan gives the same library. */
export async function makeLibrary(plan: LibraryPlan): Promise<string> {
  mkdirSync(plan.folder, { recursive: true })
  const file = path.join(plan.folder, 'library.db')
  const root = path.posix.join(plan.folder, 'photos')
  const pictures = await writePictures(plan)
  const random = createRandom(1)
  const store = openStore({ file })
  try {
    store.folders.add(root)
    const say = createModel(store, plan, random)
    const scanId = store.files.beginScan()
    for (let from = 0; from < plan.files; from += batchFiles) {
      const count = Math.min(batchFiles, plan.files - from)
      store.transaction(() => {
        const records = Array.from({ length: count }, (_, i) =>
          makeFile(store, root, from + i, pictures[(from + i) % pictures.length] ?? null),
        )
        store.files.record(scanId, records)
        for (const [at, { path, problem, ...state }] of records.entries())
          if (problem === null) store.metadata.record(path, state, metadataOf(from + at), false)
        say(records.flatMap(({ photoId }) => photoId ?? []))
      })
    }
    confirmSome(store, plan.files, random)
  } finally {
    store.close()
  }
  return file
}

/** One in fifty is no photo, one in a hundred is broken, one in forty a copy of the one before. */
function makeFile(store: Store, root: string, number: number, picture: string | null): FileRecord {
  const trip = Math.floor(number / photosPerFolder)
  const year = 2015 + (trip % 10)
  const folder = `${root}/${year}/${String(trip).padStart(3, '0')} ${trips[trip % trips.length] ?? ''}`
  const content = number % 40 === 39 ? number - 1 : number
  const file = `${folder}/IMG_${String(number).padStart(4, '0')}.${number % 50 === 49 ? 'mov' : 'jpg'}`
  const isEmpty = number % 100 === 98
  const place = picture === null ? null : putFile(isEmpty ? null : picture, folder, file)
  const sizeBytes = place?.size ?? 1_000_000 + content
  const modifiedAtMs = place?.mtimeMs ?? firstMs + content * minuteMs * 30
  const known = { path: file, sizeBytes, modifiedAtMs }
  if (number % 50 === 49)
    return {
      ...known,
      photoId: null,
      problem: { kind: 'skipped', reason: verbatim('Videos are not supported; only photos are labelled.') },
    }
  if (isEmpty)
    return {
      ...known,
      photoId: null,
      problem: {
        kind: 'failed',
        reason: verbatim('The file is empty; copy it again from where it came from.'),
      },
    }
  const hash = createHash('sha256').update(String(content)).digest()
  const photoId = store.photos.identify(keysOf(hash, sizeBytes), null)
  const takenAtMs = number % 3 === 0 ? null : firstMs + content * minuteMs * 30
  store.photos.noteSeen(photoId, { widthPx: 4000, heightPx: 3000, takenAtMs })
  return { ...known, photoId, problem: null }
}

/** A link to the picture; without one, an empty file. */
function putFile(picture: string | null, folder: string, file: string) {
  mkdirSync(folder, { recursive: true })
  if (picture === null) writeFileSync(file, '')
  else linkSync(picture, file)
  return statSync(file)
}

/** What a scan reads of each file, so that the first one of this library finds nothing new. */
function metadataOf(number: number): FileMetadata {
  return {
    keywords: [],
    rating: number % 9 === 0 ? 1 + (number % 5) : null,
    title: null,
    latitude: null,
    longitude: null,
    camera: cameras[number % cameras.length] ?? null,
    lens: null,
    takenAt: null,
    isMotion: false,
  }
}

/** Returns the function that says of photos what a model with 1,000 classes would: top five, one in 200 fails. */
function createModel(
  store: Store,
  { dim, folder }: LibraryPlan,
  random: () => number,
): (photoIds: PhotoId[]) => void {
  const labels = classNames()
  const model = store.models.upsert({
    name: 'made-up',
    version: 'made-up-1',
    path: path.posix.join(folder, 'model'),
    kind: 'checkpoint',
    task: 'labels',
    classes: labels.length,
    embeddingDim: dim === 0 ? null : dim,
    readsWords: false,
    inputWidthPx: 224,
    inputHeightPx: 224,
    weightBytes: 1,
  })
  store.models.nameClasses(model.id, labels, false)
  const variantId = store.models.variant({
    modelId: model.id,
    precision: 'fp32',
    inputWidthPx: 224,
    inputHeightPx: 224,
  })
  const jobId = store.jobs.create(JobRequest.parse({ folders: [folder], model: model.name }), variantId)
  store.jobs.update(jobId, { state: 'done' })
  const embed = createEmbedder(dim, random)
  return (photoIds) => {
    const results = photoIds.map((photoId): InferenceResult => {
      if (photoId % 200 === 7)
        return { status: 'failed', photoId, reason: verbatim('The JPEG ends too early.') }
      const top: { label: string; score: number }[] = []
      let left = 1
      for (let rank = 0; rank < topK; rank++) {
        // A few classes are common, most are rare.
        const label = labels[Math.floor(random() ** 3 * labels.length)] ?? ''
        if (top.some((other) => other.label === label)) continue
        const share = left * random()
        top.push({ label, score: share })
        left -= share
      }
      const embedding = dim === 0 ? null : embed(photoId, top[0]?.label ?? '')
      const sorted = top.sort((a, b) => b.score - a.score)
      return {
        status: 'labelled',
        photoId,
        widthPx: 4000,
        heightPx: 3000,
        takenAtMs: null,
        top: sorted,
        embedding,
      }
    })
    store.predictions.saveBatch(variantId, jobId, results)
  }
}

const classNames = (): string[] =>
  JSON.parse(
    readFileSync(new URL('../../models/catalogue/labels/imagenet-1k.json', import.meta.url), 'utf8'),
  ) as string[]

/** Twenty labels of the user's own, on one photo in fifty; some suggestions are rejected. */
function confirmSome(store: Store, files: number, random: () => number): void {
  const names = [
    'animal/cat',
    'animal/dog',
    'animal/bird',
    '猫',
    '风景',
    'family',
    'work/receipt',
    'work/board',
  ]
  const photoIds = Array.from(
    { length: Math.floor(files / 50) },
    () => 1 + Math.floor(random() * files * 0.9),
  )
  const known = [...new Set(photoIds)].filter((id) => store.photos.size(id as PhotoId) !== null) as PhotoId[]
  for (const [index, name] of names.entries()) {
    const mine = known.filter((_, i) => i % names.length === index)
    if (mine.length > 0) store.annotations.confirm(mine, name)
  }
  const shown = store.suggestions.shown(known.slice(0, files / 500))
  store.annotations.reviewSuggested(
    new Map([...shown].map(([id, labels]) => [id, labels.slice(0, 1)])),
    'rejected',
  )
}

/** Small pictures whose bytes differ; a file system allows only so many links to each. */
async function writePictures({ folder, pictures }: LibraryPlan): Promise<string[]> {
  if (pictures === 0) return []
  const files = Array.from({ length: pictures }, (_, i) => path.join(folder, 'pictures', `${i}.jpg`))
  mkdirSync(path.join(folder, 'pictures'), { recursive: true })
  for (const [i, file] of files.entries()) {
    const [r = 0, g = 0, b = 0] = createHash('sha256').update(String(i)).digest()
    const stripe = {
      create: { width: 160, height: 120, channels: 3 as const, background: { r: b, g: r, b: g } },
    }
    const picture = sharp({ create: { width: 480, height: 360, channels: 3, background: { r, g, b } } })
    const composed = picture.composite([
      { input: await sharp(stripe).png().toBuffer(), left: (i * 37) % 320, top: (i * 23) % 240 },
    ])
    writeFileSync(file, await composed.jpeg().toBuffer())
    const atSeconds = firstMs / 1000 + i * 86_400
    utimesSync(file, atSeconds, atSeconds)
  }
  return files
}
