// Asks a model about many photos from the command line: finds them, says what it costs, and goes through them.
import { stat } from 'node:fs/promises'
import { libraryPath } from '../common/library-path.ts'
import type { PhotoId } from '../contract/domain.ts'
import type { AskedPhoto } from '../contract/questions.ts'
import type { CoreClient } from '../core/client.ts'
import { english } from '../texts/message.ts'
import { exitCodes } from './exit-codes.ts'
import { followTask, quietMs } from './follow-task.ts'
import { formatDuration, progressBar } from './progress.ts'
import { tell } from './stderr.ts'

/** Photos by id, with the paths of all their files that were named. */
export type NamedPhotos = ReadonlyMap<PhotoId, readonly string[]>

/**
 * The photos at these places: files of the library, and folders, which are read into the library first. Says which files
 * are no photos, and sets the exit code where one failed. Throws AppError.
 */
export async function findPhotos(client: CoreClient, places: readonly string[]): Promise<NamedPhotos> {
  const photos = new Map<PhotoId, string[]>()
  const add = (photoId: PhotoId, path: string) => {
    const paths = photos.get(photoId)
    if (paths === undefined) photos.set(photoId, [path])
    else paths.push(path)
  }
  for (const place of places.map(libraryPath)) {
    if ((await stat(place).catch(() => null))?.isDirectory() !== true) {
      const { photoId, path } = await client.photos.find({ path: place })
      add(photoId, path)
      continue
    }
    await client.library.scan({ folders: [place] })
    let after: string | null = null
    do {
      const page = await client.photos.list({ folder: place, after, limit: 1000 })
      for (const { photoId, path, status, reason, isMissing } of page) {
        if (isMissing) continue
        if (photoId !== null) add(photoId, path)
        if (status === 'failed') explainFailed(path, reason === null ? '' : english(reason))
      }
      after = page.length < 1000 ? null : (page.at(-1)?.path ?? null)
    } while (after !== null)
  }
  return photos
}

function explainFailed(path: string, why: string): void {
  tell(`${path}: ${why}`)
  process.exitCode = exitCodes.someFailed
}

export interface Passes {
  readonly photos: NamedPhotos
  /** Each photo is run with each of them. */
  readonly texts: readonly string[]
  readonly ask: (photoIds: PhotoId[]) => Promise<readonly AskedPhoto[]>
  /** Called for every photo that was answered, with the paths of its files. */
  readonly onAnswer: (photo: AskedPhoto & { readonly ok: true }, paths: readonly string[]) => void
}

/** What is worth a warning before it starts: more than half a minute on most machines. */
const manyPasses = 50
const photosAtOnce = 4

/** Goes through the photos with a progress line; Ctrl-C stops after those in work and sets the exit code. Throws AppError. */
export async function runPasses({ photos, texts, ask, onAnswer }: Passes): Promise<void> {
  const passes = photos.size * texts.length
  if (passes > manyPasses)
    tell(
      `${passes} passes of the model: one for each of ${photos.size} photos${texts.length > 1 ? ` and ${texts.length} sentences` : ''}.`,
    )
  const stop = new AbortController()
  let show: (done: number) => void = () => undefined
  const startedAtMs = performance.now()
  await followTask<number, undefined>({
    quietMs,
    describe: (done, hasBar) => {
      const etaMs = ((performance.now() - startedAtMs) / done) * (photos.size - done)
      return `${hasBar ? `${progressBar(done, photos.size)} ` : ''}${done}/${photos.size} photos  ETA ${formatDuration(etaMs)}`
    },
    subscribe: (update) => {
      show = update
      return () => undefined
    },
    cancel: (line) => {
      stop.abort()
      line.note('Stopping after the photos in work.')
    },
    async work() {
      const ids = [...photos.keys()]
      for (let first = 0; first < ids.length && !stop.signal.aborted; first += photosAtOnce) {
        for (const photo of await ask(ids.slice(first, first + photosAtOnce))) {
          const paths = photos.get(photo.photoId) ?? []
          if (photo.ok) onAnswer(photo, paths)
          else for (const path of paths) explainFailed(path, english(photo.reason))
        }
        show(Math.min(ids.length, first + photosAtOnce))
      }
    },
  })
  if (stop.signal.aborted) process.exitCode = exitCodes.interrupted
}
