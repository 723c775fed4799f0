// The rules as they are being edited, and what they would change.
import type { LabelCount } from '../../../../electron/contract/labels.ts'
import type { BestModel } from '../../../../electron/contract/models.ts'
import type { Rules, RulesPreview } from '../../../../electron/contract/rules.ts'
import { messageOf, type Message } from '../../../../electron/texts/message.ts'
import { language } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'

export class RulesDraft {
  readonly #app: AppState
  /** Null until they are loaded. */
  rules = $state.raw<Rules | null>(null)
  saved = $state.raw<Rules | null>(null)
  preview = $state.raw<RulesPreview | null>(null)
  labels = $state.raw<readonly LabelCount[]>([])
  /** What the models call their classes in the user's language. */
  modelNames = $state.raw<Readonly<Record<string, string>>>({})
  /** The model in use, which may say from which score on its suggestions are likely right. */
  model = $state.raw<BestModel | null>(null)
  problem = $state.raw<Message | null>(null)
  #isAsking = false
  #isStale = false

  constructor(app: AppState) {
    this.#app = app
  }

  readonly isChanged = $derived.by(() => JSON.stringify(this.rules) !== JSON.stringify(this.saved))

  async load(): Promise<void> {
    const { api } = this.#app
    const loaded = await this.#app.attempt(() => Promise.all([api.rules.get({}), api.labels.list({})]))
    if (loaded === null) return
    const [rules, labels] = loaded
    this.labels = labels
    this.saved = rules
    this.change(rules)
    // Fails while no model is installed.
    this.model = await api.models.best({}).catch(() => null)
    const names = this.#app.attempt(() => api.models.labelNames({ language: language() }))
    this.modelNames = (await names) ?? {}
  }

  change(rules: Rules): void {
    this.rules = rules
    void this.#ask()
  }

  /** One question at a time; the newest rules are asked for next, those in between never. */
  async #ask(): Promise<void> {
    this.#isStale = true
    if (this.#isAsking) return
    this.#isAsking = true
    while (this.#isStale && this.rules !== null) {
      this.#isStale = false
      const { rules } = this
      this.preview = (await this.#app.attempt(() => this.#app.api.rules.preview({ rules }))) ?? this.preview
    }
    this.#isAsking = false
  }

  /** Returns whether they are saved; otherwise `problem` holds the reason. */
  async save(): Promise<boolean> {
    const { rules } = this
    if (rules === null) return false
    this.problem = null
    try {
      await this.#app.api.rules.set({ rules })
      return true
    } catch (error) {
      this.problem = messageOf(error)
      return false
    }
  }
}
