// The search over all labels: what is typed, what fits, and which one Enter takes.
import type { LabelCount } from '../../../../electron/contract/browse.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { findLabels } from './find-labels.ts'

const shownLabels = 8

export class Finder {
  readonly #app: AppState
  // Null until they are known: nobody shall make a label anew because it was not there yet.
  #labels = $state.raw<readonly LabelCount[] | null>(null)
  isOpen = $state(false)
  typed = $state('')
  /** Of the options; the last one may be the new label. */
  active = $state(0)

  constructor(app: AppState) {
    this.#app = app
  }

  readonly options = $derived.by(() => {
    if (this.#labels === null) return []
    const { labels, newName } = findLabels(this.#labels, this.typed, shownLabels)
    const known = labels.map(({ name, confirmed }) => ({ name, confirmed, isNew: false }))
    return newName === null ? known : [...known, { name: newName, confirmed: 0, isNew: true }]
  })

  open(typed: string): void {
    this.isOpen = true
    this.type(typed)
    void this.load()
  }

  close(): void {
    this.isOpen = false
    this.typed = ''
  }

  type(typed: string): void {
    this.typed = typed
    this.active = 0
  }

  move(step: 1 | -1): void {
    const count = this.options.length
    if (count > 0) this.active = (this.active + step + count) % count
  }

  /** Done ahead of the first search, so that it answers at once. */
  async load(): Promise<void> {
    this.#labels = (await this.#app.attempt(() => this.#app.api.labels.list({}))) ?? this.#labels
  }
}
