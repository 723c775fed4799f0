// An import as it is being put together: first checked, then applied as one step that can be undone.
import type {
  CsvEncoding,
  CsvImportReport,
  CsvImportRequest,
  FolderImportReport,
  ImportProgress,
} from '../../../../electron/contract/imports.ts'
import { messageOf, type Message } from '../../../../electron/texts/message.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { PhotoScope } from '../../navigation/photo-scope.ts'
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
  readonly encoding: CsvEncoding
  /** Those that the user chose; null: found by their names. */
  readonly columns: CsvImportRequest['columns']
  /** Of the folders that are the labels, as the user chose it; null: found. */
  readonly level: number | null
}

type Report = CsvImportReport | FolderImportReport

const nothing: ImportSource = {
  ...{ kind: 'csv', file: '', folder: '', csvPhotos: '', folderPhotos: '' },
  ...{ encoding: 'utf-8', columns: null, level: null },
}

export class Importing {
  readonly #app: AppState
  readonly #scope: PhotoScope
  source = $state.raw<ImportSource>(nothing)
  /** Folders of the library, to choose from. */
  folders = $state.raw<readonly string[]>([])
  /** What the source as it is now would do; null until it is checked. */
  report = $state.raw<Report | null>(null)
  /** What was found in the table or below the folder when it was checked last. */
  found = $state.raw<Report | null>(null)
  work = $state<'checking' | 'saving' | null>(null)
  progress = $state.raw<ImportProgress | null>(null)
  problem = $state.raw<Message | null>(null)
  #taskId = ''
  /** How often the user changed the source. */
  #changes = 0

  constructor(app: AppState, scope: PhotoScope) {
    this.#app = app
    this.#scope = scope
  }

  readonly isComplete = $derived.by(() => {
    const { kind, file, folder, csvPhotos } = this.source
    return (kind === 'csv' ? [file, csvPhotos] : [folder]).every((path) => path.trim() !== '')
  })
  readonly canApply = $derived((this.report?.photos ?? 0) > 0)
  /** Whether the next step is to look what matches. */
  readonly isCheck = $derived(this.report?.question !== null)

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
    // Other rows and other folders have other columns and levels.
    const isOther = (['kind', 'file', 'folder', 'encoding'] as const).some((key) => key in change)
    if (isOther) this.found = null
    this.source = { ...this.source, ...(isOther ? { columns: null, level: null } : {}), ...change }
    this.report = null
    this.problem = null
  }

  /** Finds what the import would do. */
  async check(): Promise<void> {
    const changes = this.#changes
    const report = await this.#run('checking')
    // What was typed meanwhile has not been checked.
    if (this.#changes !== changes) return
    this.report = report
    this.found = report
    this.problem ??= report?.question ?? null
  }

  /** Returns whether it is saved; the message offers to undo it. */
  async apply(): Promise<boolean> {
    const done = await this.#run('saving')
    if (done === null) return false
    const { changed } = done
    if (changed === 0) this.#app.toasts.done(() => t('imports.nothingNew'))
    else this.#app.announceStep(() => t('imports.done', { count: changed, shown: formatCount(changed) }))
    return true
  }

  cancel = (): Promise<unknown> =>
    this.#app.attempt(() => this.#app.api.imports.cancel({ taskId: this.#taskId }))

  async #run(work: 'checking' | 'saving'): Promise<Report | null> {
    this.problem = null
    this.progress = null
    this.work = work
    this.#taskId = crypto.randomUUID()
    const common = { isApplied: work === 'saving', examples, taskId: this.#taskId }
    const { kind, file, folder, csvPhotos, folderPhotos, encoding, columns, level } = this.source
    const { imports } = this.#app.api
    try {
      if (kind === 'csv')
        return await imports.labels({
          ...{ file: file.trim(), folder: csvPhotos.trim(), encoding, columns },
          ...common,
        })
      const photosFolder = folderPhotos.trim() === '' ? null : folderPhotos.trim()
      return await imports.folder({ folder: folder.trim(), photosFolder, level, ...common })
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
    const { folder } = this.#scope.filter
    if (this.source.csvPhotos === '')
      this.source = { ...this.source, csvPhotos: folder ?? commonFolder(this.folders) }
  }
}
