// How far the way from photos to labels is: labelled, reviewed, trained. Of the whole library, whatever is filtered.
import type { BestModel, CatalogueModel } from '../../../../electron/contract/models.ts'
import { betterModel } from './better-model.ts'
import type { AppState } from '../../state/app.svelte.ts'

export interface Standing {
  /** Photos that can be labelled. */
  readonly total: number
  /** Photos with a suggestion or with a label of the user. */
  readonly labelled: number
  readonly reviewed: number
  /** The newest version that was trained; 0: none. */
  readonly headVersion: number
}

export class Steps {
  readonly #app: AppState
  standing = $state.raw<Standing | null>(null)
  /** A model that is better than the one that comes with Labelroom; null where another one labels already. */
  better = $state.raw<CatalogueModel | null>(null)

  constructor(app: AppState) {
    this.#app = app
  }

  async load(): Promise<void> {
    const { api } = this.#app
    await this.#app.attempt(async () => {
      const [counts, heads] = await Promise.all([
        api.browse.counts({ filter: {} }),
        api.heads.list({}).catch(() => []),
      ])
      const { confirmed, suggested, rejected, unlabelled } = counts
      this.standing = {
        total: confirmed + suggested + rejected + unlabelled,
        labelled: confirmed + suggested + rejected,
        reviewed: confirmed + rejected,
        headVersion: heads[0]?.version ?? 0,
      }
    })
  }

  /** Fails silently: it is an offer, and the screen of models says what is wrong. */
  async loadBetter(): Promise<void> {
    const { api } = this.#app
    const best: BestModel | null = await api.models.best({}).catch(() => null)
    if (best?.model.origin !== 'bundled') this.better = null
    else this.better = betterModel(await api.models.catalogue({}).catch(() => []))
  }
}
