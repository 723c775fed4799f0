// The state that all screens share: connection, settings, history, navigation, messages.
import { getContext, setContext } from 'svelte'
import type { HistoryState, HistoryStep } from '../../../electron/contract/history.ts'
import type { LabelRenames } from '../../../electron/contract/renames.ts'
import type { Settings } from '../../../electron/contract/settings.ts'
import type { AppInfo } from '../../../electron/contract/shell.ts'
import { createEmitter } from '../../../electron/common/emitter.ts'
import { ApiError, createApi, type Api } from '../transport/api.ts'
import { Keymap } from '../commands/keymap.svelte.ts'
import { CommandRegistry } from '../commands/registry.ts'
import { closestLanguage, setLanguage, t, type Language, type Text } from '../i18n/i18n.svelte.ts'
import { setLabelTexts } from '../i18n/label-texts.svelte.ts'
import { Navigation } from '../navigation/navigation.svelte.ts'
import type { AppTransport } from '../transport/transport.ts'
import { describeStep, describeUndone } from './describe-step.ts'
import { Edits } from './edits.ts'
import { OwnDialogs } from './own-dialogs.svelte.ts'
import { Jobs } from './jobs.svelte.ts'
import { Toasts, type Toast } from './toasts.svelte.ts'

export class AppState {
  readonly api: Api
  readonly subscribe: AppTransport['subscribe']
  readonly info: AppInfo
  readonly commands = new CommandRegistry()
  readonly keymap: Keymap
  readonly navigation = new Navigation()
  readonly toasts = new Toasts()
  /** For folders and files, where the host has no dialogs. */
  readonly ownDialogs = new OwnDialogs()
  readonly edits = new Edits(() => this.toasts.endActions())
  /**
   * Tells what labels are called from now on, so that what asks for them goes on doing so. Twice for what happens in this
   * window: the event of the core and the answer to the call may overtake each other.
   */
  readonly renames = createEmitter<{ renamed: LabelRenames }>()
  readonly jobs: Jobs
  // Set by the constructor, through `applySettings`.
  settings = $state.raw({} as Settings)
  history = $state.raw<HistoryState>({ undo: null, redo: null })
  disconnected = $state<'host-gone' | 'core-crashed' | null>(null)

  #textsOf: Language | null = null
  /** The language of the texts that show. */
  #shownTextsOf: Language | null = null
  /** What undo and redo were about when a message offered one of them; null before, and until that is known. */
  #offered: HistoryState | null = null
  // What the user has changed since the last call that saves.
  #unsaved: Partial<Settings> | null = null
  #saving: Promise<void> | null = null

  constructor(transport: AppTransport, info: AppInfo, settings: Settings, history: HistoryState) {
    const api = createApi(transport, (method) => {
      this.toasts.endErrorsOf(method)
      // There is a model now.
      if (method === 'models.add' || method === 'models.download') this.toasts.endErrorsOf('jobs.start')
    })
    this.toasts.remedyOf = (error) => this.#remedyOf(error)
    this.api = info.host === 'browser' ? this.ownDialogs.answerFor(api) : api
    this.subscribe = transport.subscribe
    this.info = info
    this.keymap = new Keymap(this.commands, info.platform === 'darwin')
    this.jobs = new Jobs(this.api, transport.subscribe, this.toasts)
    this.history = history
    this.applySettings(settings)
    transport.subscribe('settings.changed', (changed) => {
      // While changes are being saved, this event is about an earlier one; the last answer of the core holds all.
      if (this.#saving === null) this.applySettings(changed)
    })
    // Models come with jobs, and their classes with them.
    transport.subscribe('job.changed', ({ state }) => {
      // There are a model and embeddings now.
      if (state === 'done')
        for (const code of ['model-missing', 'embeddings-missing'] as const) this.toasts.endErrorsWith(code)
      const language = this.#textsOf
      if (language === null || state === 'running') return
      this.#textsOf = null
      void this.#loadLabelTexts(language)
    })
    transport.subscribe('history.changed', (changed) => {
      this.history = changed
      void this.#endOutdatedOffer(changed)
    })
    transport.subscribe('labels.renamed', (renamed) => {
      this.renames.emit('renamed', renamed)
    })
    transport.subscribe('notice', ({ message }) => {
      this.toasts.done(message)
    })
    transport.onDisconnected((why) => {
      this.disconnected = why
    })
  }

  applySettings(settings: Settings): void {
    this.settings = settings
    this.keymap.own = settings.keys
    const language = settings.language ?? closestLanguage(this.info.systemLanguage)
    setLanguage(language)
    void this.#loadLabelTexts(language)
    const { dataset, style } = document.documentElement
    dataset['density'] = settings.density
    style.colorScheme = settings.theme === 'system' ? 'light dark' : settings.theme
  }

  /** How labels are written: they differ by language, and by the models of the library. */
  async #loadLabelTexts(language: Language): Promise<void> {
    if (this.#textsOf === language) return
    const isOther = this.#shownTextsOf !== language
    this.#textsOf = language
    // At a start, and in another language, photos are not to wait for their names until every model is read.
    for (const isQuick of isOther ? [true, false] : [false]) {
      const texts = await this.api.models.labelTexts({ language, isQuick }).catch(() => null)
      if (this.#textsOf !== language) return
      if (texts !== null) setLabelTexts(texts)
      this.#shownTextsOf = language
    }
  }

  /** Changes settings at once and saves them. */
  async changeSettings(change: Partial<Settings>): Promise<void> {
    this.applySettings({ ...this.settings, ...change })
    this.#unsaved = { ...this.#unsaved, ...change }
    this.#saving ??= this.#saveSettings().finally(() => {
      this.#saving = null
    })
    await this.#saving
  }

  /** One call after the other, and what came meanwhile in one: they may overtake each other on their way. */
  async #saveSettings(): Promise<void> {
    for (let change = this.#takeUnsaved(); change !== null; change = this.#takeUnsaved()) {
      const wanted = change
      const saved = await this.attempt(() => this.api.settings.set(wanted))
      if (saved !== null) this.applySettings({ ...saved, ...this.#unsaved })
    }
  }

  #takeUnsaved(): Partial<Settings> | null {
    const unsaved = this.#unsaved
    this.#unsaved = null
    return unsaved
  }

  /** Runs a call of the core; an error becomes a message and null. */
  async attempt<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      this.toasts.error(error)
      return null
    }
  }

  #remedyOf(error: unknown): Toast['action'] {
    if (!(error instanceof ApiError)) return null
    if (error.code === 'model-missing' && error.method === 'jobs.start')
      return {
        label: () => t('common.models'),
        run: () => {
          this.navigation.open('models')
        },
      }
    const isWithoutJob =
      error.code === 'embeddings-missing' ||
      (error.code === 'model-missing' && ['photos.explain', 'review.similar'].includes(error.method))
    if (!isWithoutJob) return null
    return {
      label: () => t('review.labelPhotos'),
      run: () => {
        this.navigation.openDialog('label')
      },
    }
  }

  /** Shows a file or folder in the file manager of the system. */
  async revealFile(path: string): Promise<void> {
    await this.attempt(() => this.api.shell.revealInFolder({ path }))
  }

  /** The same for changes of labels, after every change before. */
  edit<T>(work: () => Promise<T>): Promise<T | null> {
    return this.edits.run(() => this.attempt(work))
  }

  /** Says what a change did, with a way back. */
  announceStep(text: Text): void {
    this.#offer(text, 'undo')
  }

  /** The same of a change that took its time, during which the user may have made another one, which undo takes back first. */
  async announceLongStep(kind: HistoryStep['kind'], text: Text): Promise<void> {
    const history = await this.#readHistory()
    if (history?.undo?.kind === kind) this.announceStep(text)
    else this.toasts.done(text)
  }

  #offer(text: Text, side: 'undo' | 'redo'): void {
    this.toasts.done(text, { label: () => t(`common.${side}`), run: () => void this[side]() })
    this.#offered = null
    void this.#readHistory().then((history) => {
      this.#offered = history
    })
  }

  readonly #readHistory = (): Promise<HistoryState | null> => this.api.history.state({}).catch(() => null)

  /** A change in another window: what a message offers to undo here is not the last one any more. */
  async #endOutdatedOffer(changed: HistoryState): Promise<void> {
    const offered = this.#offered
    if (offered === null || isSameHistory(offered, changed)) return
    // Events come late, and may be about what was before the offer.
    const now = await this.#readHistory()
    if (now !== null && this.#offered === offered && !isSameHistory(offered, now)) this.toasts.endActions()
  }

  undo = (): Promise<void> => this.#move('undo')
  redo = (): Promise<void> => this.#move('redo')

  #move(side: 'undo' | 'redo'): Promise<void> {
    return this.edits.navigateHistory(async () => {
      const { [side]: next } = this.history
      const done = await this.attempt(() => this.api.history[side]({}))
      if (done === null) return
      const { renamed, ...history } = done
      // The events about the same may come later, and the screens need it now.
      this.history = history
      this.renames.emit('renamed', renamed)
      const moved = side === 'undo' ? history.redo : history.undo
      if (next === null || moved === null) return
      this.#announceMove(side, moved)
    })
  }

  #announceMove(side: 'undo' | 'redo', moved: HistoryStep): void {
    if (side === 'redo') this.announceStep(() => t('common.redone', { what: describeStep(moved) }))
    else this.#offer(() => describeUndone(moved), 'redo')
  }
}

const isSameHistory = (one: HistoryState, other: HistoryState): boolean =>
  one.undo?.atMs === other.undo?.atMs && one.redo?.atMs === other.redo?.atMs

/** Loads what every screen needs. */
export async function createAppState(transport: AppTransport): Promise<AppState> {
  const api = createApi(transport)
  // Events that arrive while the answers are on their way are newer than they are.
  const newest: { settings?: Settings; history?: HistoryState } = {}
  const stops = [
    transport.subscribe('settings.changed', (settings) => (newest.settings = settings)),
    transport.subscribe('history.changed', (history) => (newest.history = history)),
  ]
  const [info, settings, history] = await Promise.all([
    api.shell.info({}),
    api.settings.get({}),
    api.history.state({}),
  ])
  const app = new AppState(transport, info, newest.settings ?? settings, newest.history ?? history)
  for (const stop of stops) stop()
  await app.jobs.load()
  return app
}

const key = Symbol('app')

export const provideApp = (app: AppState): AppState => setContext(key, app)

/** The state of the app, inside any component. */
export const useApp = (): AppState => getContext<AppState>(key)
