// The models of the library and of the catalogue, and what is being added or downloaded.
import { modelReference } from '../../../../electron/common/model-reference.ts'
import { SvelteMap } from 'svelte/reactivity'
import type {
  BestModel,
  CatalogueModel,
  DownloadProgress,
  Model,
  ModelInfo,
  NewModelChoices,
} from '../../../../electron/contract/models.ts'
import type { ModelId } from '../../../../electron/contract/domain.ts'
import { messageOf, type Message } from '../../../../electron/texts/message.ts'
import { ApiError, isCancelled } from '../../transport/api.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import { modelText } from '../../i18n/model-text.ts'
import type { AppState } from '../../state/app.svelte.ts'

export class Models {
  readonly #app: AppState
  /** Null until they are loaded. */
  installed = $state.raw<readonly Model[] | null>(null)
  catalogue = $state.raw<readonly CatalogueModel[]>([])
  /** What is known of a chosen model, read from its files; null while they are read. */
  info = $state.raw<ModelInfo | null>(null)
  infoProblem = $state.raw<Message | null>(null)
  /** Chinese names of the classes of the chosen model, for showing and searching; empty where there are none. */
  chineseNames = $state.raw<Readonly<Record<string, string>>>({})
  /** What labels when nobody chooses a model. */
  best = $state.raw<BestModel | null>(null)
  chosen = $state<ModelId | null>(null)
  /** Whether the chosen model has suggestions that could be cleared; null until it is known. */
  hasSuggestions = $state<boolean | null>(null)
  isAdding = $state(false)
  addProblem = $state.raw<Message | null>(null)
  /** The path of a model of which the user has to say whether a photo has one label or several. */
  askedScores = $state<string | null>(null)
  /** Catalogue id to why the download ended. */
  readonly problems = new SvelteMap<string, Message>()
  readonly progress = new SvelteMap<string, DownloadProgress>()
  readonly downloading = new SvelteMap<string, true>()

  constructor(app: AppState) {
    this.#app = app
  }

  readonly model = $derived.by(() => this.installed?.find(({ id }) => id === this.chosen) ?? null)

  /** Until the returned function is called. */
  listen(): () => void {
    void this.load()
    const stops = [
      this.#app.subscribe('download.progress', (progress) => {
        this.progress.set(progress.id, progress)
      }),
      this.#app.subscribe('library.changed', () => void this.#lookForSuggestions()),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }

  async #lookForSuggestions(): Promise<void> {
    const { chosen } = this
    if (chosen === null) return
    const found = await this.#app.attempt(() => this.#app.api.models.hasSuggestions({ id: chosen }))
    if (found !== null && this.chosen === chosen) this.hasSuggestions = found.hasAny
  }

  async load(): Promise<void> {
    const { api } = this.#app
    const loaded = await this.#app.attempt(() => Promise.all([api.models.list({}), api.models.catalogue({})]))
    if (loaded === null) return
    ;[this.installed, this.catalogue] = loaded
    // Downloads that another window, or this screen before, has started; at once, since one may be cancelled next.
    for (const { id, state } of this.catalogue) if (state === 'downloading') void this.download(id)
    // Fails while no model is installed.
    this.best = await api.models.best({}).catch(() => null)
  }

  /** Whether the user made it the default; else the best one is. */
  isChosenDefault = ({ id }: Model): boolean => this.best?.reason === 'chosen' && this.best.model.id === id

  /** The bundled model is under the licence of Labelroom. */
  licenceOf = ({ name, origin }: Model): string | null =>
    origin === 'bundled' ? 'Apache-2.0' : (this.catalogue.find(({ id }) => id === name)?.licence ?? null)

  async choose(model: Model | null): Promise<void> {
    this.chosen = model?.id ?? null
    this.info = null
    this.infoProblem = null
    this.chineseNames = {}
    this.hasSuggestions = null
    if (model === null) return
    void this.#lookForSuggestions()
    const { models } = this.#app.api
    try {
      const [info, names] = await Promise.all([
        models.info({ model: model.path }),
        models.labelNames({ modelId: model.id, language: 'zh-CN' }),
      ])
      if (this.chosen !== model.id) return
      this.info = info
      this.chineseNames = names
    } catch (error) {
      if (this.chosen === model.id) this.infoProblem = messageOf(error)
    }
  }

  /** Reads a folder or file; `addProblem` holds what is wrong with it. Returns whether it is in the library now. */
  async add(path: string, choices: NewModelChoices = {}): Promise<boolean> {
    this.addProblem = null
    this.askedScores = null
    this.isAdding = true
    try {
      await this.#showNew(this.#app.api.models.add({ path, choices }))
      return true
    } catch (error) {
      if (error instanceof ApiError && error.code === 'scores-unknown') this.askedScores = path
      else this.addProblem = messageOf(error)
      return false
    } finally {
      this.isAdding = false
    }
  }

  async remove(model: Model): Promise<void> {
    const removed = await this.#app.attempt(() => this.#app.api.models.remove({ id: model.id }))
    if (removed === null) return
    if (this.isChosenDefault(model)) await this.#app.changeSettings({ defaultModel: null })
    if (this.chosen === model.id) await this.choose(null)
    await this.load()
  }

  /** Takes away what the model suggested. */
  async clearSuggestions({ id, name }: Model): Promise<void> {
    const done = await this.#app.edit(() => this.#app.api.models.clearSuggestions({ id }))
    if (done === null) return
    const { photos } = done
    if (photos === 0) this.#app.toasts.done(() => t('models.nothingCleared', { name: modelText(name) }))
    else
      this.#app.announceStep(() =>
        t('models.cleared', { name: modelText(name), count: photos, shown: formatCount(photos) }),
      )
  }

  async makeDefault(model: Model | null): Promise<void> {
    await this.#app.changeSettings({ defaultModel: model === null ? null : modelReference(model) })
    await this.load()
  }

  async download(id: string): Promise<void> {
    if (this.downloading.has(id)) return
    this.problems.delete(id)
    this.downloading.set(id, true)
    const coming = this.#app.api.models.download({ id }).finally(() => this.downloading.delete(id))
    try {
      await this.#showNew(coming)
    } catch (error) {
      // What the user stopped needs no explanation.
      if (!isCancelled(error)) this.problems.set(id, messageOf(error))
    }
  }

  /** Unless the user has turned to another model since. */
  async #showNew(coming: Promise<Model>): Promise<void> {
    const { chosen } = this
    const model = await coming
    await this.load()
    if (this.chosen === chosen) await this.choose(model)
  }

  cancel = (id: string): Promise<unknown> =>
    this.#app.attempt(() => this.#app.api.models.cancelDownload({ id }))
}
