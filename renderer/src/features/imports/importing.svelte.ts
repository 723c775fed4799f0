// An import as it is being put together: first looked at, then applied as one step that can be taken back.
import type { CsvImportReport, ImportProgress, ImportReport } from '../../../../electron/contract/imports.ts'
import { messageOf } from '../../api.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { commonFolder, type ImportKind } from './import-sources.ts'

/** Of each kind that matches nothing. */
const examples = 5

export interface ImportSource {
  readonly kind: ImportKind
  /** The CSV. */
  readonly file: string
  /** With class folders. */
  readonly folder: string
  /** What the paths in the CSV are relative to. */
  readonly csvPhotos: string
  /** Where photos are looked for whose content is not known; empty: nowhere. */
  readonly folderPhotos: string
}

export class Importing {
  readonly #app: AppState
  source = $state.raw<ImportSource>({ kind: 'csv', file: '', folder: '', csvPhotos: '', folderPhotos: '' })
  /** Folders of the library, to choose from. */
  folders = $state.raw<readonly string[]>([])
  /** What the source as it is now would do; null: not looked at. */
  report = $state.raw<ImportReport | CsvImportReport | null>(null)
  work = $state<'checking' | 'saving' | null>(null)
  progress = $state.raw<ImportProgress | null>(null)
  problem = $state('')
  #taskId = ''
  /** How often the person changed the source. */
  #changes = 0

  constructor(app: AppState) {
    this.#app = app
  }

  readonly isComplete = $derived.by(() => {
    const { kind, file, folder, csvPhotos } = this.source
    return (kind === 'csv' ? [file, csvPhotos] : [folder]).every((path) => path.trim() !== '')
  })
  readonly canApply = $derived((this.report?.photos ?? 0) > 0)

  /** Until the returned function is called, which also stops what is under way. */
  listen(): () => void {
    void this.#readFolders()
    const stop = this.#app.subscribe('import.progress', (progress) => {
      if (progress.taskId === this.#taskId) this.progress = progress
    })
    return () => {
      stop()
      if (this.work !== null) void this.cancel()
    }
  }

  change(change: Partial<ImportSource>): void {
    this.#changes++
    this.source = { ...this.source, ...change }
    this.report = null
    this.problem = ''
  }

  /** Says what would happen. */
  async check(): Promise<void> {
    const changes = this.#changes
    const report = await this.#run('checking')
    // What was typed meanwhile has not been looked at.
    if (this.#changes === changes) this.report = report
  }

  /** True when it is saved; the message offers to take it back. */
  async apply(): Promise<boolean> {
    const done = await this.#run('saving')
    if (done === null) return false
    const { toasts } = this.#app
    if (done.changed === 0) toasts.done(t('imports.nothingNew'))
    else
      toasts.done(t('imports.done', { count: done.changed, shown: formatCount(done.changed) }), {
        label: t('common.undo'),
        run: () => void this.#app.undo(),
      })
    return true
  }

  cancel = (): Promise<unknown> =>
    this.#app.attempt(() => this.#app.api.imports.cancel({ taskId: this.#taskId }))

  async #run(work: 'checking' | 'saving'): Promise<ImportReport | CsvImportReport | null> {
    this.problem = ''
    this.progress = null
    this.work = work
    this.#taskId = crypto.randomUUID()
    const common = { isApplied: work === 'saving', examples, taskId: this.#taskId }
    const { kind, file, folder, csvPhotos, folderPhotos } = this.source
    const { imports } = this.#app.api
    try {
      if (kind === 'csv')
        return await imports.labels({ file: file.trim(), folder: csvPhotos.trim(), ...common })
      const photosFolder = folderPhotos.trim() === '' ? null : folderPhotos.trim()
      return await imports.folder({ folder: folder.trim(), photosFolder, ...common })
    } catch (error) {
      this.problem = messageOf(error)
      return null
    } finally {
      this.work = null
    }
  }

  /** Begins with the folder that the library shows, else with the one that holds all its photos. */
  async #readFolders(): Promise<void> {
    const folders = await this.#app.attempt(() => this.#app.api.library.folders({}))
    this.folders = folders?.map(({ path }) => path) ?? []
    const { folder } = this.#app.choice.filter
    if (this.source.csvPhotos === '')
      this.source = { ...this.source, csvPhotos: folder ?? commonFolder(this.folders) }
  }
}
