// Where the model looked in a photo: finds the file and the model, asks a worker, and writes the picture of it.
import path from 'node:path'
import { pickStamp } from '../../common/file-stamp.ts'
import type { CoreContract } from '../../contract/core.ts'
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Explained, ExplainRequest, PhotoLimits } from '../../contract/inference.ts'
import type { Explanation } from '../../contract/photos.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import type { Outputs } from '../outputs/outputs.ts'
import type { Store } from '../store/db.ts'
import { findPresentFile } from './find-photo.ts'
import type { WorkerCalls } from '../inference/worker-call.ts'

export interface ExplainOptions {
  readonly store: Store
  readonly worker: WorkerCalls
  readonly cacheDir: string
  readonly threads: number
  readonly limits: PhotoLimits
  readonly outputs: Outputs
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
      return { photoId, path, modelName, ...describeExplanation(answer) }
    },
    drawExplanation: async ({ photoId, modelId, file, overwrite }) => {
      const picture = pictureFormats[path.extname(file).toLowerCase()] ?? null
      if (picture === null)
        throw new AppError(
          'bad-request',
          msg('{{file}} must end in .png, .jpg or .webp, which says how it is encoded.', { file }),
        )
      await options.outputs.check({ file, overwrite })
      const { answer } = await explain(options, photoId, modelId, picture)
      const bytes = answer.picture
      if (bytes === null) throw new Error('the worker drew nothing')
      await options.outputs.write({ file, overwrite }, (append) => append(bytes))
      return { bytes: bytes.byteLength }
    },
  }
}

async function explain(
  { store, worker, cacheDir, threads, limits }: ExplainOptions,
  photoId: PhotoId,
  modelId: ModelId | null,
  picture: ExplainRequest['picture'],
): Promise<{ answer: Explained; path: string; modelName: string }> {
  const file = await findPresentFile(store, photoId)
  if (file === null)
    throw new AppError(
      'not-found',
      msg('No file of photo {{id}} is there now; scan its folder again.', { id: photoId }),
    )
  const { model, inputSizePx } = findModel(store, photoId, modelId)
  const answer = await worker.ask({
    ...{ type: 'explain', modelPath: model.path, inputSizePx, picture },
    ...{ path: file.path, ...pickStamp(file), cacheDir, threads, limits },
  })
  if (answer.type !== 'explained') throw new Error(`the worker answered ${answer.type}`)
  return { answer, path: file.path, modelName: model.name }
}

/** Returns the model, or the one that labelled the photo last, and the input size that it was run with. */
function findModel(store: Store, photoId: PhotoId, modelId: ModelId | null) {
  const ofPhoto = modelId === null ? store.predictions.lastVariant(photoId) : null
  const variantId = ofPhoto ?? store.models.lastUsed(modelId)
  const variant = variantId === null ? null : store.models.describeVariant(variantId)
  const wanted = variant?.modelId ?? modelId
  const model = wanted === null ? null : store.models.get(wanted)
  if (model === null)
    throw new AppError(
      'model-missing',
      msg(
        'There is no model to explain with yet. Label a folder first: labelroom label FOLDER --model MODEL.',
      ),
    )
  const isOwnSize =
    variant === null ||
    (variant.inputWidthPx === model.inputWidthPx && variant.inputHeightPx === model.inputHeightPx)
  return { model, inputSizePx: isOwnSize ? null : variant.inputWidthPx }
}

/** Scales the shares to 0..1, since shares of 200 patches are hard to read. */
export function describeExplanation({
  rollout,
  gridWidth,
  gridHeight,
  crop,
}: Explained): Omit<Explanation, 'photoId' | 'path' | 'modelName'> {
  const [least, most] = [Math.min(...rollout), Math.max(...rollout)]
  const values = Array.from(rollout, (share) => (most === least ? 0 : (share - least) / (most - least)))
  return { label: null, gridWidth, gridHeight, values, crop }
}
