// The state that all screens share: connection, settings, history, the screen that is shown, messages.
import { getContext, setContext } from 'svelte'
import type { HistoryState, PhotoFilter, PhotoSort, Settings } from '../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import type { AppInfo } from '../../../electron/contract/shell.ts'
import { createApi, type Api } from '../api.ts'
import { closestLanguage, setLanguage } from '../i18n/i18n.svelte.ts'
import { Keymap } from '../keys/keymap.svelte.ts'
import type { AppTransport } from '../transport/transport.ts'
import { Edits } from './edits.ts'
import { Jobs } from './jobs.svelte.ts'
import { Toasts } from './toasts.svelte.ts'

export type Screen = 'library' | 'review' | 'learn' | 'models' | 'settings'
/** `grid`: as the library shows them. `useful`: what a head would learn most from. `suspects`: confirmed labels that are likely wrong. */
export type ReviewOrder = 'grid' | 'uncertainty' | 'useful' | 'suspects'
export type DialogName = 'label' | 'import' | 'export' | 'rules' | 'shortcuts' | 'about' | 'add-folder'

/** What a dialog or another screen starts with. */
export interface PhotoChoice {
  readonly filter: Partial<PhotoFilter>
  /** Selected photos, or null for all that pass the filter. */
  readonly photoIds: readonly PhotoId[] | null
  /** The order in which the library shows them. */
  readonly sort?: Partial<PhotoSort>
}

export class AppState {
  readonly api: Api
  readonly subscribe: AppTransport['subscribe']
  readonly info: AppInfo
  readonly keymap: Keymap
  readonly toasts = new Toasts()
  readonly edits = new Edits(() => this.toasts.endActions())
  readonly jobs: Jobs
  // Set by the constructor, through `applySettings`.
  settings = $state.raw({} as Settings)
  history = $state.raw<HistoryState>({ undo: null, redo: null })
  screen = $state<Screen>('library')
  dialog = $state<DialogName | null>(null)
  /** What the open dialog or the review is about; the library screen says it. */
  choice = $state.raw<PhotoChoice>({ filter: {}, photoIds: null })
  reviewOrder = $state<ReviewOrder>('grid')
  /** Set by other screens to make the library show certain photos; the library takes it over. */
  wanted = $state.raw<PhotoChoice | null>(null)
  lost = $state<'host-gone' | 'core-crashed' | null>(null)

  // What the person has changed since the core was last told.
  #unsaved: Partial<Settings> | null = null
  #saving: Promise<void> | null = null

  constructor(transport: AppTransport, info: AppInfo, settings: Settings, history: HistoryState) {
    this.api = createApi(transport)
    this.subscribe = transport.subscribe
    this.info = info
    this.keymap = new Keymap(info.platform === 'darwin')
    this.jobs = new Jobs(this.api, transport.subscribe, this.toasts)
    this.history = history
    this.applySettings(settings)
    transport.subscribe('settings.changed', (changed) => {
      // While changes are being saved, this speaks of one before; what the core answers last holds all.
      if (this.#saving === null) this.applySettings(changed)
    })
    transport.subscribe('history.changed', (changed) => {
      this.history = changed
    })
    transport.subscribe('notice', ({ message }) => {
      this.toasts.done(message)
    })
    transport.onLost((why) => {
      this.lost = why
    })
  }

  applySettings(settings: Settings): void {
    this.settings = settings
    this.keymap.own = settings.keys
    setLanguage(settings.language ?? closestLanguage(this.info.systemLanguage))
    const { dataset, style } = document.documentElement
    dataset['density'] = settings.density
    style.colorScheme = settings.theme === 'system' ? 'light dark' : settings.theme
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

  /** Opens a dialog about the photos that are meant. */
  openDialog(dialog: DialogName, choice: PhotoChoice = this.choice): void {
    this.choice = choice
    this.dialog = dialog
  }

  /** Reviews in this order: as chosen in the library, or as the heads advise. */
  startReview(order: ReviewOrder, choice: PhotoChoice = { filter: {}, photoIds: null }): void {
    this.choice = choice
    this.reviewOrder = order
    this.screen = 'review'
  }

  /** Shows these photos in the library. */
  showPhotos(choice: PhotoChoice): void {
    this.wanted = choice
    this.screen = 'library'
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

  /** The same for what a person says of photos: after everything said before. */
  edit<T>(work: () => Promise<T>): Promise<T | null> {
    return this.edits.run(() => this.attempt(work))
  }

  undo = (): Promise<void> => this.#move(() => this.api.history.undo({}))
  redo = (): Promise<void> => this.#move(() => this.api.history.redo({}))

  #move(call: () => Promise<HistoryState>): Promise<void> {
    return this.edits.move(async () => {
      const history = await this.attempt(call)
      // The event that says the same may come later, and the screens need it now.
      if (history !== null) this.history = history
    })
  }
}

/** Loads what every screen needs. */
export async function createAppState(transport: AppTransport): Promise<AppState> {
  const api = createApi(transport)
  // What the core tells while its answers are on their way is newer than they are.
  const news: { settings?: Settings; history?: HistoryState } = {}
  const stops = [
    transport.subscribe('settings.changed', (settings) => (news.settings = settings)),
    transport.subscribe('history.changed', (history) => (news.history = history)),
  ]
  const [info, settings, history] = await Promise.all([
    api.shell.info({}),
    api.settings.get({}),
    api.history.state({}),
  ])
  const app = new AppState(transport, info, news.settings ?? settings, news.history ?? history)
  for (const stop of stops) stop()
  await app.jobs.load()
  return app
}

const key = Symbol('app')

export const provideApp = (app: AppState): AppState => setContext(key, app)

/** The state of the app, inside any component. */
export const useApp = (): AppState => getContext<AppState>(key)
