// The state of the Learn screen: labels by class, heads and their versions, the training that runs, what a promotion would change.
import { untrack } from 'svelte'
import type { LabelCount } from '../../../../electron/contract/labels.ts'
import type { Head, HeadDiff, HeadId, HeadResult, TrainResult } from '../../../../electron/contract/heads.ts'
import type { TextModel } from '../../../../electron/contract/words.ts'
import type { LearningCurve, MeasuredCurve } from '../../../../electron/contract/review.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import { byLabelText } from '../../i18n/label-texts.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { FollowedTask } from '../../state/followed-task.svelte.ts'
import { perApp } from '../../state/per-app.svelte.ts'

/** With fewer photos a class cannot be tested beside what it is trained on. */
const minToTest = 3

export class Learn {
  readonly #app: AppState
  labels = $state.raw<readonly LabelCount[]>([])
  heads = $state.raw<readonly Head[]>([])
  chosenId = $state<HeadId | null>(null)
  /** What its training said of the head that is chosen; its comparisons are with the heads of that moment. */
  result = $state.raw<(HeadResult & { readonly headId: HeadId }) | null>(null)
  diff = $state.raw<{ readonly headId: HeadId; readonly changes: HeadDiff } | null>(null)
  #curve = $state.raw<MeasuredCurve | null>(null)
  /** What is being done, see `busy`. */
  readonly task: FollowedTask
  busy = $state<'train' | 'words' | 'curve' | 'preview' | 'promote' | 'rollBack' | null>(null)
  isLoaded = $state(false)
  /** The text-image model that was used last; null until it is known. */
  textModel = $state.raw<TextModel | null>(null)
  typedWords = $state('')
  wordsUseLabels = $state(true)

  readonly classes = $derived(
    this.labels
      .filter(({ confirmed }) => confirmed > 0)
      .toSorted((a, b) => b.confirmed - a.confirmed || byLabelText(a, b)),
  )
  /** Classes that the user has taken or left out, whatever stands for others. */
  #includedByUser = $state.raw<Readonly<Record<string, boolean>>>({})
  /** Whether enough classes can be tested, so that the others may wait. */
  readonly #canLeaveOut = $derived(this.classes.filter(({ confirmed }) => confirmed >= minToTest).length >= 2)
  /** Those that are trained. */
  readonly wanted = $derived(this.classes.filter((label) => this.isWanted(label)))
  readonly chosen = $derived(this.heads.find(({ id }) => id === this.chosenId) ?? null)
  readonly promoted = $derived(this.heads.find(({ isPromoted }) => isPromoted) ?? null)

  constructor(app: AppState) {
    this.#app = app
    this.task = new FollowedTask(app)
    this.task.listen()
    // Another model sees the photos otherwise.
    app.subscribe('job.changed', ({ state }) => {
      if (state === 'done') void this.#loadCurve()
    })
    $effect(() => {
      const id = this.chosenId
      if (id !== null) void untrack(() => this.#loadResult(id))
    })
  }

  async #loadResult(id: HeadId): Promise<void> {
    if (this.result?.headId === id) return
    const result = await this.#app.attempt(() => this.#app.api.heads.result({ id }))
    if (this.chosenId === id) this.result = result && { ...result, headId: id }
  }

  /** Keeps up with the library until the returned function is called; what is under way goes on after that. */
  listen(): () => void {
    void this.load()
    const stops = [
      this.#app.subscribe('library.changed', () => void this.#loadLabels()),
      // Undo may put another head in use.
      this.#app.edits.onHistoryNavigated(() => this.#loadHeads()),
    ]
    return () => {
      for (const stop of stops) stop()
      // It describes the library as it was.
      this.diff = null
    }
  }

  async load(): Promise<void> {
    await this.#loadLabels()
    await this.#loadHeads()
    await this.#loadCurve()
    this.textModel = await this.#app.attempt(() => this.#app.api.words.model({}))
    this.isLoaded = true
  }

  isWanted({ name, confirmed }: LabelCount): boolean {
    return this.#includedByUser[name] ?? (!this.#canLeaveOut || confirmed >= minToTest)
  }

  want(name: string, isWanted: boolean): void {
    this.#includedByUser = { ...this.#includedByUser, [name]: isWanted }
  }

  /** Null: all that there are. */
  get #wantedNames(): string[] | null {
    const { wanted, classes } = this
    return wanted.length === classes.length ? null : wanted.map(({ name }) => name)
  }

  train = (mode: Head['mode']): Promise<void> =>
    this.#run('train', async (taskId) => {
      await this.#show(await this.#app.api.heads.train({ mode, classes: this.#wantedNames, taskId }))
    })

  startFromWords = (words: readonly string[], mode: Head['mode']): Promise<void> =>
    this.#run('words', async (taskId) => {
      const request = { words: [...words], mode, usesLabels: this.wordsUseLabels, taskId }
      await this.#show(await this.#app.api.words.createHead(request))
    })

  measureCurve = (mode: Head['mode']): Promise<void> =>
    this.#run('curve', async (taskId) => {
      await this.#app.api.review.curve({ mode, classes: this.#wantedNames, taskId })
      await this.#loadCurve()
    })

  async #loadCurve(): Promise<void> {
    this.#curve = (await this.#app.attempt(() => this.#app.api.review.lastCurve({}))) ?? null
  }

  /**
   * The curve that was measured last, and whether there are other labels or classes than then, by their numbers of photos;
   * null: none is known of the classes that are wanted.
   */
  curveOf(mode: Head['mode']): { readonly curve: LearningCurve; readonly isOutdated: boolean } | null {
    const measured = this.#curve
    if (measured?.mode !== mode) return null
    return sinceMeasured(measured, this.labels, this.wanted)
  }

  preview = (id: HeadId): Promise<void> =>
    this.#run('preview', async (taskId) => {
      const changes = await this.#app.api.heads.preview({ id, limit: 100, taskId })
      this.diff = { headId: id, changes }
    })

  promote = (id: HeadId): Promise<void> =>
    this.#run('promote', async (taskId) => {
      const { head, photos } = await this.#app.edits.run(() => this.#app.api.heads.promote({ id, taskId }))
      this.diff = null
      const { version } = head
      // At once: its offer is to undo this step.
      this.#app.announceStep(() =>
        t('learn.promoted', { version, count: photos, shown: formatCount(photos) }),
      )
      await this.#loadHeads()
    })

  rollBack = (): Promise<void> =>
    this.#run('rollBack', async (taskId) => {
      const { head } = await this.#app.edits.run(() => this.#app.api.heads.rollback({ taskId }))
      this.diff = null
      this.#app.announceStep(() =>
        head === null ? t('learn.rolledBackAll') : t('learn.rolledBack', { version: head.version }),
      )
      await this.#loadHeads()
    })

  async #run(what: NonNullable<Learn['busy']>, work: (taskId: string) => Promise<void>): Promise<void> {
    this.busy = what
    const taskId = this.task.begin()
    try {
      await work(taskId)
    } catch (error) {
      this.#app.toasts.ended(error, () => t(`learn.stopped.${what}`))
    }
    this.task.end(taskId)
    this.busy = null
  }

  /** Shows a new head with its result. */
  async #show(result: TrainResult): Promise<void> {
    this.result = { ...result, headId: result.head.id }
    this.diff = null
    await this.#loadHeads()
    this.chosenId = result.head.id
  }

  async #loadLabels(): Promise<void> {
    this.labels = (await this.#app.attempt(() => this.#app.api.labels.list({}))) ?? this.labels
  }

  async #loadHeads(): Promise<void> {
    this.heads = (await this.#app.attempt(() => this.#app.api.heads.list({}))) ?? this.heads
    if (this.chosen === null) this.chosenId = this.heads[0]?.id ?? null
  }
}

/** Null where a class that was measured is there, but not wanted. */
function sinceMeasured(
  { curve, labels: measured }: MeasuredCurve,
  labels: readonly LabelCount[],
  wanted: readonly LabelCount[],
): { readonly curve: LearningCurve; readonly isOutdated: boolean } | null {
  const wantedNames = new Set(wanted.map(({ name }) => name))
  const isLeftOut = ({ name, confirmed }: LabelCount) => confirmed > 0 && !wantedNames.has(name)
  const before = new Map(measured.map((label) => [label.name, label]))
  if (labels.some((label) => before.has(label.name) && isLeftOut(label))) return null
  const now = new Map(labels.map((label) => [label.name, label]))
  const isOutdated = [...new Set([...before.keys(), ...wantedNames])].some((name) => {
    const [was, is] = [before.get(name), now.get(name)]
    return was?.confirmed !== is?.confirmed || was?.rejected !== is?.rejected
  })
  return { curve, isOutdated }
}

/** The one of the app: after another screen the training that goes on, or its result, is still there. */
export const learnOf = perApp((app) => new Learn(app))
