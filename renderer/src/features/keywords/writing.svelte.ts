// Keywords that are about to be written: where, what would change, how far it is, and what failed.
import type {
  KeywordPlan,
  KeywordProgress,
  KeywordReport,
  KeywordTarget,
} from '../../../../electron/contract/keywords.ts'
import { messageOf, type Message } from '../../../../electron/texts/message.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { PhotoScope } from '../../navigation/photo-scope.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { keywordScope } from './keyword-scope.ts'

const examples = 100
const usualAbove = 0.8

export interface WriteChoices {
  readonly target: KeywordTarget
  /** Whether suggestions are written too. */
  readonly isAuto: boolean
  readonly autoAbove: number
}

export class Writing {
  readonly #app: AppState
  readonly #scope: PhotoScope
  choices = $state.raw<WriteChoices>({ target: 'sidecar', isAuto: false, autoAbove: usualAbove })
  /** Null until it is known. */
  plan = $state.raw<KeywordPlan | null>(null)
  report = $state.raw<KeywordReport | null>(null)
  progress = $state.raw<KeywordProgress | null>(null)
  isWriting = $state(false)
  problem = $state.raw<Message | null>(null)
  /** Whether the plan is not that of the choices: it is being made. */
  isLooking = $state(true)
  #taskId = ''
  #changes = 0

  constructor(app: AppState, scope: PhotoScope) {
    this.#app = app
    this.#scope = scope
    const { target, autoAbove } = app.settings.keywordWriting
    this.choices = { target, isAuto: autoAbove !== null, autoAbove: autoAbove ?? usualAbove }
  }

  readonly due = $derived(
    this.plan === null ? 0 : Object.values(this.plan.counts).reduce((sum, count) => sum + count, 0),
  )
  readonly canWrite = $derived(
    !this.isWriting &&
      !this.isLooking &&
      this.due > 0 &&
      (this.plan?.obstacle === null || (this.plan?.counts['new-sidecar'] ?? 0) > 0),
  )

  /** Until the returned function is called, which also stops what is under way. */
  listen(): () => void {
    void this.look()
    const stop = this.#app.subscribe('keywords.progress', (progress) => {
      if (progress.taskId === this.#taskId) this.progress = progress
    })
    return () => {
      stop()
      if (this.isWriting) void this.cancel()
    }
  }

  get isAutomatic(): boolean {
    return this.#app.settings.keywordWriting.isAutomatic
  }

  /** Whether keywords are written so as the user labels, from now on. */
  setAutomatic(isAutomatic: boolean): void {
    const { target, autoAbove } = isAutomatic ? this.#request() : this.#app.settings.keywordWriting
    void this.#app.changeSettings({ keywordWriting: { target, autoAbove, isAutomatic } })
  }

  change(change: Partial<WriteChoices>): void {
    this.choices = { ...this.choices, ...change }
    // What is written as the user labels is written as the dialog says.
    if (this.isAutomatic) this.setAutomatic(true)
    this.report = null
    this.isLooking = true
    void this.look()
  }

  /** Finds what would change. */
  async look(): Promise<void> {
    const changes = ++this.#changes
    this.problem = null
    try {
      const plan = await this.#app.api.keywords.plan({ ...this.#request(), limit: examples })
      if (changes === this.#changes) this.plan = plan
    } catch (error) {
      if (changes === this.#changes) this.problem = messageOf(error)
    }
    if (changes === this.#changes) this.isLooking = false
  }

  async write(): Promise<void> {
    this.problem = null
    this.progress = null
    this.isWriting = true
    this.#taskId = crypto.randomUUID()
    const { target, autoAbove } = this.#request()
    void this.#app.changeSettings({
      keywordWriting: { ...this.#app.settings.keywordWriting, target, autoAbove },
    })
    try {
      const report = await this.#app.api.keywords.write({ ...this.#request(), taskId: this.#taskId })
      this.report = report
      if (report.written > 0)
        await this.#app.announceLongStep('write-keywords', () =>
          t('keywords.written', { count: report.written, shown: formatCount(report.written) }),
        )
    } catch (error) {
      this.problem = messageOf(error)
    } finally {
      this.isWriting = false
    }
    const { problem } = this
    await this.look()
    this.problem ??= problem
  }

  cancel = (): Promise<unknown> =>
    this.#app.attempt(() => this.#app.api.keywords.cancel({ taskId: this.#taskId }))

  #request() {
    const { target, isAuto, autoAbove } = this.choices
    return { ...keywordScope(this.#scope), target, autoAbove: isAuto ? autoAbove : null }
  }
}
