// Models as the person sees them: read from disk, kept in the library, found again by name or path.
import { existsSync } from 'node:fs'
import type { CoreContract } from '../../contract/core.ts'
import {
  ModelId,
  type BestModel,
  type JobRequest,
  type Model,
  type ModelOrigin,
} from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { findCatalogueEntry } from '../../../models/catalogue/catalogue.ts'
import { readLabelNames } from '../../../models/labels.ts'
import { ModelError } from '../../../models/model-error.ts'
import { readModelFolder, type ModelFolder } from '../../../models/model-folder.ts'
import type { Store } from '../store/db.ts'
import type { StoredModel, VariantId } from '../store/models.ts'
import { libraryPath } from '../store/paths.ts'
import { chooseBest } from './best-model.ts'
import { toInfo, toNewModel } from './model-info.ts'

/** What a job needs to know of its model. */
export interface JobModel {
  readonly path: string
  readonly variantId: VariantId
  readonly weightBytes: number
  /** Class names in the order of the logits. */
  readonly labels: readonly string[]
}

/** A request whose model is settled. */
export type SettledRequest = JobRequest & { readonly model: string }

export interface ModelsOptions {
  readonly store: Store
  /** The model that comes with Labelroom; null where a host has none. */
  readonly bundledPath: string | null
  /** Where models of the catalogue are installed. */
  readonly modelsDir: string
  /** The name that the person chose in the settings, or null. */
  readonly defaultModel: () => Promise<string | null>
}

export interface Models {
  readonly handlers: Pick<
    Handlers<CoreContract>['models'],
    'list' | 'add' | 'remove' | 'info' | 'best' | 'labelNames'
  >
  /** Reads a model folder or `.onnx` file and keeps it in the library. Throws AppError. */
  add(path: string): Promise<Model>
  /** Names the best model where the request names none, so that the job is resumed with that very one. Throws AppError. */
  settle(request: JobRequest): Promise<SettledRequest>
  /** Reads the model of a request, adds it to the library and gives its variant. Throws AppError. */
  forJob(request: SettledRequest): Promise<JobModel>
}

/** The bundled model's name; reserved, since its folder lies elsewhere after each update. */
const bundledName = 'bundled'

export function createModels({ store, bundledPath, modelsDir, defaultModel }: ModelsOptions): Models {
  const originOf = (path: string): ModelOrigin => {
    if (bundledPath !== null && path === libraryPath(bundledPath)) return 'bundled'
    return path.startsWith(`${libraryPath(modelsDir)}/`) ? 'catalogue' : 'disk'
  }
  const withOrigin = (model: StoredModel): Model => ({ ...model, origin: originOf(model.path) })

  const add = async (path: string): Promise<{ folder: ModelFolder; model: Model }> => {
    const folder = await readFolder(path)
    const model = store.models.upsert(toNewModel(folder))
    store.models.nameClasses(model.id, folder.labels)
    return { folder, model: withOrigin(model) }
  }

  let reading: Promise<Model | null> | null = null
  /** Puts the bundled model into the library; null where there is none, or only a damaged one, which a job explains. */
  const bundled = (): Promise<Model | null> =>
    (reading ??= (bundledPath === null ? Promise.resolve(null) : add(bundledPath)).then(
      (added) => added?.model ?? null,
      () => null,
    ))

  /** A name or an id in the library, or a path; anything that is neither fails with a sentence that names it. */
  const locate = (wanted: string): string => {
    if (wanted === bundledName && bundledPath !== null) return bundledPath
    const byId = ModelId.safeParse(Number(wanted)).data
    const known = store.models.find(wanted) ?? (byId === undefined ? null : store.models.get(byId))
    if (known === null && findCatalogueEntry(wanted) !== null)
      throw new AppError('model-missing', `${wanted} is not here yet. Run: labelroom models add ${wanted}`)
    return known?.path ?? wanted
  }

  const list = async (): Promise<Model[]> => {
    const current = await bundled()
    // What an earlier version of Labelroom brought is kept for its suggestions, but is on disk no more.
    const isFormer = ({ id, name, path }: StoredModel) =>
      current !== null && id !== current.id && name === bundledName && path.endsWith(`/models/${bundledName}`)
    return store.models
      .list()
      .filter((model) => !isFormer(model))
      .map(withOrigin)
  }

  const best = async (): Promise<BestModel> => {
    const present = (await list()).filter(({ path }) => existsSync(path))
    const chosen = chooseBest(present, await defaultModel())
    if (chosen !== null) return chosen
    throw new AppError('model-missing', 'There is no model yet. Run: labelroom models add vit-tiny')
  }

  return {
    add: async (path) => (await add(path)).model,
    handlers: {
      list,
      best,
      add: async ({ path }) => (await add(path)).model,
      remove: async ({ id }) => {
        if (id === (await bundled())?.id)
          throw new AppError('bad-request', 'The bundled model is a part of Labelroom and stays.')
        if (!store.models.remove(id))
          throw new AppError('model-missing', `There is no model ${id} in this library.`)
        return {}
      },
      info: async ({ model }) => {
        const folder = await readFolder(locate(model))
        return toInfo(folder, originOf(libraryPath(folder.path)))
      },
      labelNames: async ({ modelId, language }) => {
        const wanted = (await list()).filter(({ id, path }) => (modelId ?? id) === id && existsSync(path))
        const names = await explaining(() =>
          Promise.all(wanted.map(({ path, classes }) => readLabelNames(path, classes, language))),
        )
        return Object.fromEntries(names.flatMap((some) => [...some]))
      },
    },
    async settle(request) {
      if (request.model !== null) return { ...request, model: request.model }
      const { model } = await best()
      return { ...request, model: model.origin === 'bundled' ? bundledName : model.path }
    },
    async forJob(request) {
      const { folder, model } = await add(locate(request.model))
      return {
        path: model.path,
        variantId: variantOf(store, request, model.id),
        labels: folder.labels,
        weightBytes: model.weightBytes,
      }
    },
  }
}

/** What the predictions of a request belong to. */
export function variantOf(store: Store, { precision, inputSizePx }: JobRequest, modelId: ModelId): VariantId {
  const model = store.models.get(modelId)
  if (model === null) throw new AppError('model-missing', `Model ${modelId} was removed from this library.`)
  const { inputWidthPx, inputHeightPx } = model
  return store.models.variant({
    modelId,
    precision,
    inputWidthPx: inputSizePx ?? inputWidthPx,
    inputHeightPx: inputSizePx ?? inputHeightPx,
  })
}

const readFolder = (path: string): Promise<ModelFolder> => explaining(() => readModelFolder(path))

/** What is wrong with a model's files, as an AppError. */
async function explaining<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ModelError) throw new AppError(error.code, error.message, { cause: error })
    throw error
  }
}
