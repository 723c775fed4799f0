// Models as the user sees them: read from disk, kept in the library, found by name, id or path.
import { existsSync } from 'node:fs'
import type { CoreContract } from '../../contract/core.ts'
import { ModelId } from '../../contract/domain.ts'
import type { Model, ModelChoices } from '../../contract/models.ts'
import type { JobRequest } from '../../contract/jobs.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { bundledName } from '../../common/bundled-model.ts'
import { labelKey, readableClass } from '../../common/label-key.ts'
import { imagenetTexts } from '../../../models/catalogue/imagenet-names.ts'
import { findCatalogueEntry } from '../../../models/catalogue/catalogue.ts'
import { msg } from '../../texts/message.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/tables/model-variants.ts'
import { createKnownModels, type ModelsOptions } from './known-models.ts'

/** What a job needs to know of its model. */
export interface JobModel {
  readonly path: string
  readonly variantId: VariantId
  readonly weightBytes: number
  readonly choices: ModelChoices
  /** Whether thresholds, and not a number, decide how many labels a photo gets. */
  readonly hasThresholds: boolean
  /** Class names in the order of the logits. */
  readonly labels: readonly string[]
}

/** A request with its model chosen. */
export type ResolvedJobRequest = JobRequest & { readonly model: string }

export interface Models {
  readonly handlers: Pick<
    Handlers<CoreContract>['models'],
    | 'list'
    | 'add'
    | 'remove'
    | 'clearSuggestions'
    | 'hasSuggestions'
    | 'info'
    | 'best'
    | 'labelNames'
    | 'labelTexts'
  >
  /** Reads a model folder or `.onnx` file and keeps it in the library. Throws AppError. */
  add(path: string): Promise<Model>
  /**
   * Names the best model where the request names none, so that the job is resumed with that very one. Throws AppError.
   */
  resolve(request: JobRequest): Promise<ResolvedJobRequest>
  /** Reads the model of a request, adds it to the library and returns its variant. Throws AppError, or the signal's reason. */
  forJob(request: ResolvedJobRequest, signal?: AbortSignal): Promise<JobModel>
}

export function createModels(options: ModelsOptions): Models {
  const { store, reader, bundledPath } = options
  const known = createKnownModels(options)
  const { add, bundled, list, best } = known
  const namesIn = async (language: string, modelId: ModelId | null): Promise<Record<string, string>> => {
    const wanted = (await list()).filter(
      ({ id, path, task }) => (modelId ?? id) === id && task === 'labels' && existsSync(path),
    )
    const names = await Promise.all(
      wanted.map(({ path, classes }) => reader.labelNames(path, classes, language)),
    )
    return Object.fromEntries(names.flatMap((some) => [...some]))
  }
  return {
    add: async (path) => (await add(path)).model,
    handlers: {
      list,
      best,
      add: async ({ path, choices }) => (await add(path, choices)).model,
      remove: async ({ id }) => {
        if (id === (await bundled())?.model.id)
          throw new AppError('bad-request', msg('The bundled model is a part of Labelroom and stays.'))
        if (!(await store.whenFree(() => store.models.remove(id))))
          throw new AppError('model-missing', msg('There is no model {{id}} in this library.', { id }))
        return {}
      },
      clearSuggestions: ({ id }) =>
        store.history.withWriteLock(() => {
          const model = store.models.get(id)
          if (model === null)
            throw new AppError('model-missing', msg('There is no model {{id}} in this library.', { id }))
          return store.clearedSuggestions.clearOf(id, model.name)
        }),
      hasSuggestions: ({ id }) => ({ hasAny: store.clearedSuggestions.hasAny(id) }),
      info: async ({ model }) => {
        const { described, choices } = await known.describe(locate(store, bundledPath, model))
        const labels = [...new Set(described.labels)]
        return { ...described, labels, choices, origin: known.originOf(described.path) }
      },
      labelNames: ({ modelId, language }) => namesIn(language, modelId),
      labelTexts: async ({ language, isQuick }) => {
        const texts = imagenetTexts(language)
        for (const name of store.models.classNames()) {
          const readable = readableClass(name)
          if (readable !== name && !texts.has(labelKey(name))) texts.set(labelKey(name), readable)
        }
        // A file that names too few classes is said where the model is shown.
        const names = isQuick ? {} : await namesIn(language, null).catch(() => ({}))
        for (const [name, text] of Object.entries(names)) texts.set(labelKey(name), text)
        return Object.fromEntries(texts)
      },
    },
    async resolve(request) {
      if (request.model !== null) return { ...request, model: request.model }
      const { model } = await best()
      return { ...request, model: model.origin === 'bundled' ? bundledName : model.path }
    },
    async forJob(request, signal) {
      const { described, model, choices } = await add(locate(store, bundledPath, request.model), {}, signal)
      if (model.task !== 'labels')
        throw new AppError(
          'model-unsupported',
          msg('{{model}} is for questions and sentences, not for labelling; choose another model.', {
            model: model.name,
          }),
        )
      return {
        path: model.path,
        choices,
        hasThresholds: described.hasThresholds,
        variantId: await store.whenFree(() => variantOf(store, request, model.id), signal),
        labels: described.labels,
        weightBytes: model.weightBytes,
      }
    },
  }
}

/** What the predictions of a request belong to. */
export function variantOf(store: Store, { precision, inputSizePx }: JobRequest, modelId: ModelId): VariantId {
  const model = store.models.get(modelId)
  if (model === null)
    throw new AppError('model-missing', msg('Model {{id}} was removed from this library.', { id: modelId }))
  const { inputWidthPx, inputHeightPx } = model
  return store.models.variant({
    modelId,
    precision,
    inputWidthPx: inputSizePx ?? inputWidthPx,
    inputHeightPx: inputSizePx ?? inputHeightPx,
  })
}

/** Returns the path of a name or an id in the library; anything else is a path itself. Throws AppError. */
function locate(store: Store, bundledPath: string | null, wanted: string): string {
  if (wanted === bundledName && bundledPath !== null) return bundledPath
  const byId = ModelId.safeParse(Number(wanted)).data
  const known = store.models.find(wanted) ?? (byId === undefined ? null : store.models.get(byId))
  if (known === null && findCatalogueEntry(wanted) !== null)
    throw new AppError(
      'model-missing',
      msg('{{model}} is not here yet. Run: labelroom models add {{id}}', { model: wanted, id: wanted }),
    )
  return known?.path ?? wanted
}
