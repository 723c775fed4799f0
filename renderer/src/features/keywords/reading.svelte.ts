// The keywords that files hold, and which of them become labels.
import type { FoundKeyword, FoundKeywords } from '../../../../electron/contract/keywords.ts'
import { messageOf, type Message } from '../../../../electron/texts/message.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { PhotoScope } from '../../navigation/photo-scope.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { keywordScope } from './keyword-scope.ts'

export class Reading {
  readonly #app: AppState
  readonly #scope: PhotoScope
  /** Null until they are read. */
  found = $state.raw<FoundKeywords | null>(null)
  /** Names that the user does not want. */
  left = $state.raw<readonly string[]>([])
  isWorking = $state(false)
  problem = $state.raw<Message | null>(null)

  constructor(app: AppState, scope: PhotoScope) {
    this.#app = app
    this.#scope = scope
  }

  /** Those that would give some photo a label. */
  readonly useful = $derived(this.found?.keywords.filter(({ newPhotos }) => newPhotos > 0) ?? [])
  readonly chosen = $derived(this.useful.filter(({ name }) => !this.left.includes(name)))

  read = (): Promise<unknown> =>
    this.#work(async () => {
      this.found = await this.#app.api.keywords.list(keywordScope(this.#scope))
    })

  choose(keywords: readonly FoundKeyword[], isChosen: boolean): void {
    const names = keywords.map(({ name }) => name)
    const others = this.left.filter((name) => !names.includes(name))
    this.left = isChosen ? others : [...others, ...names]
  }

  /** Answers for the sidecars that fit several files. */
  decide = (isUsed: boolean): Promise<unknown> =>
    this.#work(async () => {
      const { folders } = keywordScope(this.#scope)
      await this.#app.api.keywords.decideShared({ folders, isUsed })
      this.found = await this.#app.api.keywords.list(keywordScope(this.#scope))
    })

  /** Returns whether they are labels now; the message offers to undo it. */
  async use(): Promise<boolean> {
    const names = this.chosen.map(({ name }) => name)
    const done = await this.#work(() => this.#app.api.keywords.use({ ...keywordScope(this.#scope), names }))
    if (done === null) return false
    const { photos } = done
    this.#app.announceStep(() => t('keywords.used', { count: photos, shown: formatCount(photos) }))
    return true
  }

  async #work<T>(work: () => Promise<T>): Promise<T | null> {
    this.problem = null
    this.isWorking = true
    try {
      return await work()
    } catch (error) {
      this.problem = messageOf(error)
      return null
    } finally {
      this.isWorking = false
    }
  }
}
