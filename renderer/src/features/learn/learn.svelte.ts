// What the Learn screen knows: labels by class, heads and their versions, the training that runs, what a promotion would change.
import type { LabelCount } from '../../../../electron/contract/browse.ts'
import type {
  Head,
  HeadDiff,
  HeadId,
  LearningCurve,
  LearningProgress,
  TrainResult,
} from '../../../../electron/contract/learning.ts'
import { ApiError } from '../../api.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { lasting } from '../../state/lasting.svelte.ts'

export type LearnTab = 'heads' | 'groups' | 'map'

export class Learn {
  readonly #app: AppState
  /** What the screen shows. */
  tab = $state<LearnTab>('heads')
  labels = $state.raw<readonly LabelCount[]>([])
  heads = $state.raw<readonly Head[]>([])
  chosenId = $state<HeadId | null>(null)
  /** What the last training said; its comparisons are with the heads of that moment. */
  result = $state.raw<TrainResult | null>(null)
  diff = $state.raw<{ readonly headId: HeadId; readonly changes: HeadDiff } | null>(null)
  curve = $state.raw<LearningCurve | null>(null)
  progress = $state.raw<LearningProgress | null>(null)
  busy = $state<'train' | 'curve' | 'preview' | 'promote' | null>(null)
  isLoaded = $state(false)

  readonly classes = $derived(
    this.labels.filter(({ confirmed }) => confirmed > 0).toSorted((a, b) => b.confirmed - a.confirmed),
  )
  readonly chosen = $derived(this.heads.find(({ id }) => id === this.chosenId) ?? null)
  readonly promoted = $derived(this.heads.find(({ isPromoted }) => isPromoted) ?? null)

  constructor(app: AppState) {
    this.#app = app
    app.subscribe('learning.progress', (progress) => {
      if (progress.taskId === this.#taskId) this.progress = progress
    })
  }

  /** Keeps up with the library until the returned function is called; what is under way goes on after that. */
  listen(): () => void {
    void this.load()
    const stop = this.#app.subscribe('library.changed', () => void this.#loadLabels())
    return () => {
      stop()
      // These are of the library as it was.
      this.diff = null
      this.curve = null
    }
  }

  async load(): Promise<void> {
    await this.#loadLabels()
    await this.#loadHeads()
    this.isLoaded = true
  }

  train = (mode: Head['mode']): Promise<void> =>
    this.#run('train', async (taskId) => {
      this.result = await this.#app.api.heads.train({ mode, taskId })
      this.diff = null
      await this.#loadHeads()
      this.chosenId = this.result.head.id
    })

  measureCurve = (mode: Head['mode']): Promise<void> =>
    this.#run('curve', async (taskId) => {
      this.curve = await this.#app.api.review.curve({ mode, taskId })
    })

  preview = (id: HeadId): Promise<void> =>
    this.#run('preview', async () => {
      this.diff = { headId: id, changes: await this.#app.api.heads.preview({ id, limit: 100 }) }
    })

  promote = (id: HeadId): Promise<void> =>
    this.#run('promote', async () => {
      await this.#app.api.heads.promote({ id })
      this.diff = null
      await this.#loadHeads()
    })

  rollBack = (): Promise<void> =>
    this.#run('promote', async () => {
      await this.#app.api.heads.rollback({})
      this.diff = null
      await this.#loadHeads()
    })

  cancel = (): void => {
    const taskId = this.#taskId
    if (taskId !== null) void this.#app.attempt(() => this.#app.api.learning.cancel({ taskId }))
  }

  #taskId: string | null = null

  async #run(what: NonNullable<Learn['busy']>, work: (taskId: string) => Promise<void>): Promise<void> {
    this.busy = what
    this.progress = null
    this.#taskId = crypto.randomUUID()
    try {
      await work(this.#taskId)
    } catch (error) {
      const isOwnWish = error instanceof ApiError && error.code === 'cancelled'
      if (!isOwnWish) this.#app.toasts.error(error)
    }
    this.#taskId = null
    this.progress = null
    this.busy = null
  }

  async #loadLabels(): Promise<void> {
    this.labels = (await this.#app.attempt(() => this.#app.api.labels.list({}))) ?? this.labels
  }

  async #loadHeads(): Promise<void> {
    this.heads = (await this.#app.attempt(() => this.#app.api.heads.list({}))) ?? this.heads
    if (this.chosen === null) this.chosenId = this.heads[0]?.id ?? null
  }
}

const all = new WeakMap<AppState, Learn>()

/** The one of the app: who comes back from another screen finds the training that goes on, and what came of it. */
export function learnOf(app: AppState): Learn {
  const known = all.get(app)
  if (known !== undefined) return known
  const learn = lasting(() => new Learn(app))
  all.set(app, learn)
  return learn
}
