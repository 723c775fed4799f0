// Models as the person sees them: read from disk, kept in the library, found again by name or path.
import type { CoreContract } from '../../contract/core.ts'
import { ModelId, type JobRequest, type Model, type ModelInfo } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { findCatalogueEntry } from '../../../models/catalogue/catalogue.ts'
import { ModelError } from '../../../models/model-error.ts'
import { readModelFolder, type ModelFolder } from '../../../models/model-folder.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../store/paths.ts'
import type { NewModel, VariantId } from '../store/models.ts'

/** What a job needs to know of its model. */
export interface JobModel {
  readonly path: string
  readonly variantId: VariantId
  readonly weightBytes: number
  /** Class names in the order of the logits. */
  readonly labels: readonly string[]
}

export interface Models {
  readonly handlers: Pick<Handlers<CoreContract>['models'], 'list' | 'add' | 'remove' | 'info'>
  /** Reads a model folder or `.onnx` file and keeps it in the library. Throws AppError. */
  add(path: string): Promise<Model>
  /** Reads the model of a request, adds it to the library and gives its variant. Throws AppError. */
  forJob(request: JobRequest): Promise<JobModel>
}

export function createModels(store: Store): Models {
  /** A name or an id in the library, or a path; anything that is neither fails with a sentence that names it. */
  const locate = (wanted: string): string => {
    const byId = ModelId.safeParse(Number(wanted)).data
    const known = store.models.find(wanted) ?? (byId === undefined ? null : store.models.get(byId))
    if (known === null && findCatalogueEntry(wanted) !== null)
      throw new AppError('model-missing', `${wanted} is not here yet. Run: labelroom models add ${wanted}`)
    return known?.path ?? wanted
  }

  const add = async (path: string): Promise<{ folder: ModelFolder; model: Model }> => {
    const folder = await readFolder(path)
    const model = store.models.upsert(toNewModel(folder))
    store.models.nameClasses(model.id, folder.labels)
    return { folder, model }
  }

  return {
    add: async (path) => (await add(path)).model,
    handlers: {
      list: () => store.models.list(),
      add: async ({ path }) => (await add(path)).model,
      remove: ({ id }) => {
        if (!store.models.remove(id))
          throw new AppError('model-missing', `There is no model ${id} in this library.`)
        return {}
      },
      info: async ({ model }) => toInfo(await readFolder(locate(model))),
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

async function readFolder(path: string): Promise<ModelFolder> {
  try {
    return await readModelFolder(path)
  } catch (error) {
    if (error instanceof ModelError) throw new AppError(error.code, error.message, { cause: error })
    throw error
  }
}

function toNewModel({
  name,
  version,
  path,
  kind,
  classes,
  embeddingDim,
  preprocessing,
  weightBytes,
}: ModelFolder): NewModel {
  const { width: inputWidthPx, height: inputHeightPx } = preprocessing
  return {
    name,
    version,
    path: libraryPath(path),
    kind,
    classes,
    embeddingDim,
    weightBytes,
    inputWidthPx,
    inputHeightPx,
  }
}

/** One line in the field's terms. */
function describeArchitecture(folder: ModelFolder): string {
  if (folder.kind === 'onnx') return 'ready ONNX graph'
  const { naming, patchPx, dim, depth, heads, mlpDim, hasDistillationToken, registers, hasLayerScale } =
    folder.architecture
  return [
    `ViT with the names of ${naming}`,
    `patch ${patchPx}`,
    `dim ${dim}`,
    `depth ${depth}`,
    `${heads} heads`,
    `MLP ratio ${mlpDim / dim}`,
    ...(hasDistillationToken ? ['distillation token'] : []),
    ...(registers > 0 ? [`${registers} registers`] : []),
    ...(hasLayerScale ? ['layer scale'] : []),
  ].join(', ')
}

function toInfo(folder: ModelFolder): ModelInfo {
  const { resize, interpolation, mean, std } = folder.preprocessing
  const resizeText =
    resize.rule === 'exact' ? 'stretched to the input' : `short side to ${resize.sizePx} px, centre crop`
  return {
    ...toNewModel(folder),
    precisions: [...folder.precisions],
    architecture: describeArchitecture(folder),
    labels: [...folder.labels],
    resize: `${resizeText}, ${interpolation}`,
    mean: [...mean],
    std: [...std],
  }
}
