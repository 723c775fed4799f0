// Answers the calls that ask a model about photos: finds the model and the files, asks a worker, and keeps a photo that
// stops it from taking the others along.
import { pickStamp } from '../../common/file-stamp.ts'
import type { CoreContract } from '../../contract/core.ts'
import { ModelId, type PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Asked, InferItem, PhotoLimits } from '../../contract/inference.ts'
import type { ModelTask } from '../../contract/models.ts'
import type { AskedPhoto } from '../../contract/questions.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import type { WorkerCalls } from '../inference/worker-call.ts'
import { describeExplanation } from '../photos/explain.ts'
import { findPresentFile } from '../photos/find-photo.ts'
import type { Store } from '../store/db.ts'
import type { StoredModel } from '../store/tables/models.ts'

export interface QuestionsOptions {
  readonly store: Store
  readonly worker: WorkerCalls
  readonly cacheDir: string
  readonly threads: number
  readonly limits: PhotoLimits
}

/** So many passes take a worker less than the time after which it is taken to hang, also on a slow machine. */
const passesAtOnce = 16

export function createQuestionsHandlers(options: QuestionsOptions): Handlers<CoreContract>['questions'] {
  const { store, worker, cacheDir, threads, limits } = options
  const common = { cacheDir, threads, limits }
  return {
    async ask({ photoIds, question, model: wanted, topK }) {
      const model = findModel(store, wanted, ['answers', 'pairs'])
      if (model.task === 'pairs' && photoIds.length !== 2)
        throw new AppError(
          'bad-request',
          msg('{{model}} compares two photos; give it two.', { model: model.name }),
        )
      const photos = await askAll(options, model, photoIds, [question], topK)
      return { modelName: model.name, task: model.task, photos }
    },
    async match({ photoIds, sentences, model: wanted }) {
      const model = findModel(store, wanted, ['match'])
      return { modelName: model.name, photos: await askAll(options, model, photoIds, sentences, 1) }
    },
    async explain({ photoId, question, model: wanted }) {
      const model = findModel(store, wanted, ['answers', 'match'])
      const file = await findPresentFile(store, photoId)
      if (file === null) throw noFile()
      const answer = await worker.ask({
        ...{ type: 'explain-text', modelPath: model.path, text: question, ...common },
        ...{ path: file.path, ...pickStamp(file) },
      })
      if (answer.type !== 'explained') throw new Error(`the worker answered ${answer.type}`)
      return { photoId, path: file.path, modelName: model.name, ...describeExplanation(answer) }
    },
  }
}

const noFile = () =>
  new AppError('not-found', msg('No file of this photo is there now; scan its folder again.'))

/**
 * Returns the model of this name, id or path, or without one that for the first of the tasks which was added last. Throws
 * AppError where there is none, or it does something else.
 */
function findModel(store: Store, wanted: string | null, tasks: readonly ModelTask[]): StoredModel {
  if (wanted === null) {
    for (const task of tasks) {
      const [newest] = store.models
        .list()
        .filter((model) => model.task === task)
        .sort((a, b) => b.id - a.id)
      if (newest !== undefined) return newest
    }
    throw new AppError(
      'model-missing',
      tasks.includes('answers')
        ? msg('There is no model that answers questions yet. Run: labelroom models add vilt-vqa')
        : msg('There is no model that matches sentences yet. Run: labelroom models add vilt-coco'),
    )
  }
  const id = ModelId.safeParse(Number(wanted)).data
  const model = store.models.find(wanted) ?? (id === undefined ? null : store.models.get(id))
  if (model === null)
    throw new AppError(
      'model-missing',
      msg('There is no model {{model}} for questions or sentences in this library; see labelroom models.', {
        model: wanted,
      }),
    )
  if (tasks.includes(model.task)) return model
  throw new AppError('model-unsupported', wrongTask(model))
}

function wrongTask({ name, task }: StoredModel) {
  if (task === 'labels')
    return msg(
      '{{model}} gives labels and cannot be asked; choose a model for questions, such as vilt-vqa.',
      {
        model: name,
      },
    )
  if (task === 'match')
    return msg(
      '{{model}} says how well sentences match photos; use labelroom match, or a model for questions.',
      {
        model: name,
      },
    )
  return msg('{{model}} answers questions; use labelroom ask, or a model that matches sentences.', {
    model: name,
  })
}

/** One result for each photo (of `pairs`, one for both), in the order of the ids. */
async function askAll(
  { store, ...options }: QuestionsOptions,
  model: StoredModel,
  photoIds: readonly PhotoId[],
  texts: readonly string[],
  topK: number,
): Promise<AskedPhoto[]> {
  const files = await Promise.all(photoIds.map((photoId) => findPresentFile(store, photoId)))
  const results = new Map<number, AskedPhoto>()
  const items: InferItem[] = []
  for (const [n, photoId] of photoIds.entries()) {
    const file = files[n] ?? null
    if (file === null) results.set(n, { ok: false, photoId, path: '', reason: noFile().translatable })
    else items.push({ id: n, path: file.path, ...pickStamp(file) })
  }
  const size = model.task === 'pairs' ? 2 : Math.max(1, Math.floor(passesAtOnce / texts.length))
  const isAnswerable = model.task !== 'pairs' || items.length === 2
  for (let first = 0; isAnswerable && first < items.length; first += size) {
    const group = items.slice(first, first + size)
    for (const { id, ...outcome } of await askGroup(options, model, group, texts, topK)) {
      const photoId = photoIds[id]
      const path = files[id]?.path ?? ''
      if (photoId !== undefined) results.set(id, { photoId, path, ...outcome })
    }
  }
  return [...results.entries()].sort(([a], [b]) => a - b).map(([, result]) => result)
}

/** A photo that stops the worker is found by asking about each alone, as in [Note: culprit]. */
async function askGroup(
  options: Omit<QuestionsOptions, 'store'>,
  model: StoredModel,
  photos: readonly InferItem[],
  texts: readonly string[],
  topK: number,
): Promise<Asked['items']> {
  const { worker, cacheDir, threads, limits } = options
  try {
    const answer = await worker.ask({
      ...{ type: 'ask', modelPath: model.path, cacheDir, threads, limits, topK },
      ...{ photos: [...photos], texts: [...texts] },
    })
    if (answer.type !== 'asked') throw new Error(`the worker answered ${answer.type}`)
    return answer.items
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'inference-failed') throw error
    const [first] = photos
    if (model.task === 'pairs' || (photos.length === 1 && first !== undefined))
      return photos.map(({ id }) => ({ ok: false, id, reason: error.translatable }))
    const alone: Asked['items'] = []
    for (const photo of photos) alone.push(...(await askGroup(options, model, [photo], texts, topK)))
    return alone
  }
}
