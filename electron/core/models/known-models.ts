// The models of a library: the bundled one and those that were added, where each comes from, and which is the best.
import { existsSync } from 'node:fs'
import { bundledName } from '../../common/bundled-model.ts'
import { libraryPath } from '../../common/library-path.ts'
import type { ModelId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { ModelDescription } from '../../contract/inference.ts'
import {
  ModelChoices,
  type BestModel,
  type Model,
  type ModelOrigin,
  type NewModelChoices,
} from '../../contract/models.ts'
import { msg } from '../../texts/message.ts'
import type { Store } from '../store/db.ts'
import { unwritableLibrary } from '../store/sqlite/errors.ts'
import type { StoredModel } from '../store/tables/models.ts'
import { modelReference } from '../../common/model-reference.ts'
import { chooseBest } from './best-model.ts'
import type { ModelReader } from './model-reader.ts'

export interface ModelsOptions {
  readonly store: Store
  readonly reader: ModelReader
  /** The model that comes with Labelroom; null where a host has none. */
  readonly bundledPath: string | null
  /** Where models of the catalogue are installed. */
  readonly modelsDir: string
  /** The model that the user chose in the settings, as `modelReference` writes it; null: none. */
  readonly defaultModel: {
    get(): Promise<string | null>
    set(reference: string): Promise<void>
  }
}

/** What the files of a model say, and what the user chose for it. */
export interface KnownModel {
  readonly described: ModelDescription
  readonly choices: ModelChoices
}

export function createKnownModels({ store, reader, bundledPath, modelsDir, defaultModel }: ModelsOptions) {
  const originOf = (path: string): ModelOrigin => {
    if (bundledPath !== null && path === libraryPath(bundledPath)) return 'bundled'
    return path.startsWith(`${libraryPath(modelsDir)}/`) ? 'catalogue' : 'disk'
  }
  const withOrigin = (model: StoredModel): Model => ({ ...model, origin: originOf(model.path) })

  /** A model as it is with what was chosen for it before, and now. */
  const describe = async (path: string, now: NewModelChoices = {}): Promise<KnownModel> => {
    const nothing = ModelChoices.parse({})
    const described = await reader.describe(path, ModelChoices.parse(now))
    const before = store.models.choicesOf(described.version)
    const choices = ModelChoices.parse({ ...before, ...now })
    const isAsBefore = JSON.stringify(before) === JSON.stringify(nothing)
    return { choices, described: isAsBefore ? described : await reader.describe(path, choices) }
  }

  const add = async (
    path: string,
    now: NewModelChoices = {},
    signal?: AbortSignal,
  ): Promise<KnownModel & { readonly model: Model }> => {
    const { described, choices } = await describe(path, now)
    if (described.activation === null)
      throw new AppError(
        'scores-unknown',
        msg(
          '{{path}} does not say whether a photo has one label or several. Say it once: labelroom models add {{path}} --scores softmax (one) or sigmoid (several).',
          { path },
        ),
      )
    const model = await store.whenFree(
      () =>
        store.transaction(() => {
          const added = store.models.upsert(described)
          // The answers to questions are no labels to choose from.
          if (described.task === 'labels')
            nameClasses(
              store,
              added.id,
              described.labels,
              now.keepsUnderscores !== undefined || now.groupsTags !== undefined,
            )
          const { activation, hasThresholds, quality } = described
          // Where thresholds decided, only labels that reach theirs are kept.
          const minScore = hasThresholds ? 0 : (quality?.suggestedAt ?? null)
          store.models.setDecisionRule(added.id, minScore, hasThresholds || activation === 'sigmoid')
          if (Object.keys(now).length > 0) store.models.setChoices(added.id, choices)
          return store.models.get(added.id) ?? added
        }),
      signal,
    )
    return { described, choices, model: withOrigin(model) }
  }

  let reading: ReturnType<typeof add> | Promise<null> | null = null
  /**
   * Adds the bundled model to the library; null where a host has none, or a damaged one, for which a job shows the
   * reason.
   */
  const bundled = () =>
    (reading ??= bundledPath === null ? Promise.resolve(null) : add(bundledPath)).catch(() => null)

  const list = async (): Promise<Model[]> => {
    const current = (await bundled())?.model ?? null
    // The bundled model of an earlier version is kept for its suggestions, but is no longer on disk.
    const isFormer = ({ id, name, path }: StoredModel) =>
      current !== null && id !== current.id && name === bundledName && path.endsWith(`/models/${bundledName}`)
    return store.models
      .list()
      .filter((model) => !isFormer(model))
      .map(withOrigin)
  }

  const best = async (): Promise<BestModel> => {
    const present = (await list()).filter(({ path, task }) => task === 'labels' && existsSync(path))
    const wanted = await defaultModel.get()
    const chosen = chooseBest(present, wanted)
    if (chosen !== null) {
      const { id, name } = chosen.model
      // Chosen before settings kept more than the name: from now on another model of that name is not meant.
      if (chosen.reason === 'chosen' && wanted === name) await defaultModel.set(modelReference(chosen.model))
      const box = await bundled()
      const quality = box?.model.id === id ? box.described.quality : null
      return { ...chosen, quality }
    }
    // Not even the bundled one can be put into it.
    if (store.isReadonly) throw unwritableLibrary(store.file, undefined)
    throw new AppError('model-missing', msg('There is no model yet. Run: labelroom models add vit-tiny'))
  }

  return { originOf, describe, add, bundled, list, best }
}

/** Where the user chose that names be read otherwise, the rules for a class follow to its new name. */
function nameClasses(store: Store, id: ModelId, names: readonly string[], isRenamed: boolean): void {
  const renamed = store.models.nameClasses(id, names, isRenamed)
  if (renamed.size === 0) return
  const { mapping, perLabel, ...rules } = store.rules.get()
  // The old ones stay: they may be meant for a class of another model.
  store.rules.replace({
    ...rules,
    mapping: withRenamed(mapping, 'from', renamed),
    perLabel: withRenamed(perLabel, 'name', renamed),
  })
}

function withRenamed<T extends object, K extends keyof T & string>(
  list: readonly (T & Record<K, string>)[],
  key: K,
  renamed: ReadonlyMap<string, string>,
): T[] {
  const known = new Set<string>(list.map((rule) => rule[key]))
  const more = list.flatMap((rule) => {
    const now = renamed.get(rule[key])
    return now === undefined || known.has(now) ? [] : [{ ...rule, [key]: now }]
  })
  return [...list, ...more]
}
