// Where the model looked in a photo: finds the file and the model, asks a worker, and writes the picture of it.
import path from 'node:path'
import type { CoreContract } from '../../contract/core.ts'
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Explained, ExplainRequest, PhotoLimits } from '../../contract/inference.ts'
import type { Explanation } from '../../contract/learning.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { refusePhoto } from '../export/refuse-photo.ts'
import { writeWhole } from '../export/write-file.ts'
import type { Store } from '../store/db.ts'
import type { WorkerCalls } from './worker-call.ts'

export interface ExplainOptions {
  readonly store: Store
  readonly worker: WorkerCalls
  readonly cacheDir: string
  readonly threads: number
  readonly limits: PhotoLimits
}

const pictureFormats: Readonly<Record<string, ExplainRequest['picture']>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
}

export function createExplainHandlers(
  options: ExplainOptions,
): Pick<Handlers<CoreContract>['photos'], 'explain' | 'drawExplanation'> {
  return {
    explain: async ({ photoId, modelId }) => {
      const { answer, path, modelName } = await explain(options, photoId, modelId, null)
      return { photoId, path, modelName, ...describe(answer) }
    },
    drawExplanation: async ({ photoId, modelId, file }) => {
      const picture = pictureFormats[path.extname(file).toLowerCase()] ?? null
      if (picture === null)
        throw new AppError(
          'bad-request',
          `${file} must end in .png, .jpg or .webp, which says how it is encoded.`,
        )
      await refusePhoto(options.store, file)
      const { answer } = await explain(options, photoId, modelId, picture)
      if (answer.picture === null) throw new Error('the worker drew nothing')
      await writeWhole(file, answer.picture)
      return { bytes: answer.picture.byteLength }
    },
  }
}

async function explain(
  { store, worker, cacheDir, threads, limits }: ExplainOptions,
  photoId: PhotoId,
  modelId: ModelId | null,
  picture: ExplainRequest['picture'],
): Promise<{ answer: Explained; path: string; modelName: string }> {
  const file = store.embeddings.placesOf([photoId]).get(photoId)
  if (file === undefined)
    throw new AppError('not-found', `No file of photo ${photoId} is there now; scan its folder again.`)
  const { model, inputSizePx } = findModel(store, modelId)
  const answer = await worker.ask({
    ...{ type: 'explain', modelPath: model.path, inputSizePx, path: file, picture },
    ...{ cacheDir, threads, limits },
  })
  if (answer.type !== 'explained') throw new Error(`the worker answered ${answer.type}`)
  return { answer, path: file, modelName: model.name }
}

/** The model at the input size that it was run with last. */
function findModel(store: Store, modelId: ModelId | null) {
  const variantId = store.models.lastUsed(modelId)
  const variant = variantId === null ? null : store.models.describeVariant(variantId)
  const wanted = variant?.modelId ?? modelId
  const model = wanted === null ? null : store.models.get(wanted)
  if (model === null)
    throw new AppError(
      'model-missing',
      'There is no model to explain with yet. Label a folder first: labelroom label FOLDER --model MODEL.',
    )
  const isOwnSize =
    variant === null ||
    (variant.inputWidthPx === model.inputWidthPx && variant.inputHeightPx === model.inputHeightPx)
  return { model, inputSizePx: isOwnSize ? null : variant.inputWidthPx }
}

/** Scaled to 0..1, since shares of 200 patches are hard to read. */
function describe({
  rollout,
  gridWidth,
  gridHeight,
  crop,
}: Explained): Omit<Explanation, 'photoId' | 'path' | 'modelName'> {
  const [least, most] = [Math.min(...rollout), Math.max(...rollout)]
  const values = Array.from(rollout, (share) => (most === least ? 0 : (share - least) / (most - least)))
  return { label: null, gridWidth, gridHeight, values, crop }
}
