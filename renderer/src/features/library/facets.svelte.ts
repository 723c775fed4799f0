// What the sidebar shows: folders, labels, counts of each state, models, and the size of the whole library.
import type { FolderNode } from '../../../../electron/contract/library.ts'
import type { LabelCount } from '../../../../electron/contract/labels.ts'
import type { FileFacets, LabelNode, PhotoFilter, StateCounts } from '../../../../electron/contract/browse.ts'
import type { Model } from '../../../../electron/contract/models.ts'
import type { AppState } from '../../state/app.svelte.ts'

export class Facets {
  readonly #app: AppState
  folders = $state.raw<readonly FolderNode[]>([])
  /** Every label in use and every class of the models. */
  labels = $state.raw<readonly LabelCount[]>([])
  /** Those that photos have, to narrow down by. */
  labelTree = $state.raw<readonly LabelNode[]>([])
  states = $state.raw<StateCounts | null>(null)
  /** What the files are; null until it is known. */
  ofFiles = $state.raw<FileFacets | null>(null)
  models = $state.raw<readonly Model[]>([])
  /** Counts how often everything was read, as after each change of the library; a filter alone changes less. */
  loads = $state(0)
  /** Files of the whole library, whatever the filter; null until it is known. */
  files = $state<number | null>(null)

  /** Files of a cloud drive that are not on this computer, in the whole library. */
  notHere = $state(0)

  readonly isEmpty = $derived(this.files === 0 && this.folders.length === 0)

  readonly #first = Promise.withResolvers<null>()
  /** Settled once everything was read for the first time, or could not be. */
  readonly whenKnown: Promise<unknown> = this.#first.promise

  /** Answers may overtake each other, as at the start; one that was asked for before what shows is outdated. */
  #asked = 0
  readonly #shown = { photos: 0, labelTree: 0, states: 0, models: 0 }

  #isOutdated(what: 'photos' | 'labelTree' | 'states' | 'models', asked: number): boolean {
    if (asked < this.#shown[what]) return true
    this.#shown[what] = asked
    return false
  }

  constructor(app: AppState) {
    this.#app = app
  }

  async load(filter: PhotoFilter): Promise<void> {
    await Promise.all([
      this.#app.attempt(() => this.#loadPhotos(filter)),
      this.#app.attempt(() => this.#loadModels()),
    ])
    this.#first.resolve(null)
  }

  async #loadPhotos(filter: PhotoFilter): Promise<void> {
    const { api } = this.#app
    const asked = ++this.#asked
    const [summary, folders, labelTree, ofFiles] = await Promise.all([
      api.library.summary({}),
      api.library.tree({}),
      api.browse.labels({ filter }),
      api.browse.facets({}),
      this.#countStates(filter, asked),
    ])
    if (!this.#isOutdated('labelTree', asked)) this.labelTree = labelTree
    if (this.#isOutdated('photos', asked)) return
    this.ofFiles = ofFiles
    this.#welcomeBack(folders)
    this.folders = folders
    this.files = summary.files
    this.notHere = summary.notHere
    this.loads++
  }

  /** Of folders that were not there, as on a drive, and now are. */
  #welcomeBack(folders: readonly FolderNode[]): void {
    const gone = this.folders.filter(({ isMissing }) => isMissing)
    for (const { path, isMissing } of folders)
      if (!isMissing && gone.some((before) => before.path === path)) this.#app.toasts.endErrorsOfFolder(path)
  }

  /** Apart from the photos, which are shown at once: at a start the core reads the bundled model first. */
  async #loadModels(): Promise<void> {
    const { api } = this.#app
    const asked = ++this.#asked
    const models = await api.models.list({})
    const labels = await api.labels.list({})
    if (this.#isOutdated('models', asked)) return
    this.models = models.filter(({ task }) => task === 'labels')
    this.labels = labels
  }

  /** The numbers that follow the filter. */
  async count(filter: PhotoFilter): Promise<void> {
    const asked = ++this.#asked
    const [labelTree] = await Promise.all([
      this.#app.api.browse.labels({ filter }),
      this.#countStates(filter, asked),
    ])
    if (!this.#isOutdated('labelTree', asked)) this.labelTree = labelTree
  }

  async #countStates(filter: PhotoFilter, asked: number): Promise<void> {
    const states = await this.#app.api.browse.counts({ filter })
    if (!this.#isOutdated('states', asked)) this.states = states
  }
}
