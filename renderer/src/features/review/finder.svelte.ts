// The search over all labels: what is typed, what fits, and which one Enter takes.
import type { LabelCount } from '../../../../electron/contract/labels.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { labelText } from '../../i18n/label-texts.svelte.ts'
import { choicesOf, findLabels } from '../../labels/find-labels.ts'

const shownLabels = 8

export class Finder {
  readonly #app: AppState
  // Null until they are loaded, so that no label is made anew because it was not there yet.
  #labels = $state.raw<readonly LabelCount[] | null>(null)
  isOpen = $state(false)
  typed = $state('')
  // By its name: newer numbers come, and with them another order, while the user is about to choose it.
  #marked = $state<string | null>(null)

  constructor(app: AppState) {
    this.#app = app
  }

  readonly options = $derived.by(() => {
    if (this.#labels === null) return []
    return choicesOf(findLabels(this.#labels, this.typed, shownLabels, [], labelText))
  })

  /** Of the options. */
  readonly active = $derived.by(() =>
    Math.max(
      0,
      this.options.findIndex(({ name }) => name === this.#marked),
    ),
  )

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
    // Labels that are meant may be loaded later, and come before a new one.
    const [first] = this.options
    this.#marked = first === undefined || first.isNew ? null : first.name
  }

  move(step: 1 | -1): void {
    const count = this.options.length
    if (count > 0) this.#marked = this.options.at((this.active + step) % count)?.name ?? null
  }

  /** Done ahead of the first search, so that it answers at once. */
  async load(): Promise<void> {
    this.#labels = (await this.#app.attempt(() => this.#app.api.labels.list({}))) ?? this.#labels
  }
}
