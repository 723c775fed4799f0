// What stands beside the photos: folders, labels, numbers of each state, models, and what the library holds in all.
import type {
  FolderNode,
  LabelCount,
  LabelNode,
  PhotoFilter,
  StateCounts,
} from '../../../../electron/contract/browse.ts'
import type { Model } from '../../../../electron/contract/domain.ts'
import type { AppState } from '../../state/app.svelte.ts'

export class Facets {
  readonly #app: AppState
  folders = $state.raw<readonly FolderNode[]>([])
  /** Every label in use and every class of the models. */
  labels = $state.raw<readonly LabelCount[]>([])
  /** Those that photos have, to narrow down by. */
  labelTree = $state.raw<readonly LabelNode[]>([])
  states = $state.raw<StateCounts | null>(null)
  models = $state.raw<readonly Model[]>([])
  /** Files of the whole library, whatever the filter; null until it is known. */
  files = $state<number | null>(null)

  readonly isEmpty = $derived(this.files === 0 && this.folders.length === 0)

  constructor(app: AppState) {
    this.#app = app
  }

  async load(filter: PhotoFilter): Promise<void> {
    const { api } = this.#app
    await this.#app.attempt(async () => {
      const [summary, folders, labels, labelTree, models] = await Promise.all([
        api.library.summary({}),
        api.library.tree({}),
        api.labels.list({}),
        api.browse.labels({}),
        api.models.list({}),
        this.countStates(filter),
      ])
      this.folders = folders
      this.labels = labels
      this.labelTree = labelTree
      this.models = models
      this.files = summary.files
    })
  }

  async countStates(filter: PhotoFilter): Promise<void> {
    this.states = await this.#app.api.browse.counts({ filter })
  }
}
