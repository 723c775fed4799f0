// An export as it is being put together and written.
import type { DatasetPreview, ExportChoices, ExportProgress } from '../../../../electron/contract/exports.ts'
import { messageOf, type Message } from '../../../../electron/texts/message.ts'
import { ApiError, isCancelled } from '../../transport/api.ts'
import { downloadFile } from '../../transport/transfers.ts'
import { formatCount, t, type Text } from '../../i18n/i18n.svelte.ts'
import type { PhotoScope } from '../../navigation/photo-scope.ts'
import type { AppState } from '../../state/app.svelte.ts'
import {
  countPhotos,
  datasetRequest,
  hasFilter,
  photosOf,
  standardChoices,
  suggestedName,
  tableRequest,
  type Extent,
} from './export-requests.ts'
import { previewTable, type PreviewTable } from './preview-rows.ts'

const previewRows = 8

/** What came of it: rows of a file, or files of a dataset. */
export interface Written {
  readonly kind: ExportChoices['kind'] | 'download'
  readonly count: number
  readonly path: string
}

const writtenTexts = {
  table: 'exports.rowsWritten',
  download: 'exports.rowsDownloaded',
  dataset: 'exports.filesWritten',
} as const

export const describeWritten = ({ kind, count, path }: Written): string =>
  t(writtenTexts[kind], { count, shown: formatCount(count), path })

export class Exporting {
  readonly #app: AppState
  readonly #scope: PhotoScope
  readonly offered: readonly Extent[]
  choices = $state.raw<ExportChoices>(standardChoices)
  extent = $state<Extent>('all')
  /** Photos of each extent; null until they are counted. */
  counts = $state.raw<Readonly<Record<Extent, number>> | null>(null)
  table = $state.raw<PreviewTable | null>(null)
  dataset = $state.raw<DatasetPreview | null>(null)
  previewProblem = $state.raw<Message | null>(null)
  isPreviewing = $state(false)
  isWriting = $state(false)
  progress = $state.raw<ExportProgress | null>(null)
  problem = $state.raw<Text | null>(null)
  written = $state.raw<Written | null>(null)
  #isStale = false
  #isOpen = true
  /** Where it is being written to, whatever the user types meanwhile. */
  #target = ''
  /** Chosen in a dialog of the system, which asks before it names a file that exists. */
  #agreedFile: string | null = null
  #stopping = new AbortController()

  constructor(app: AppState, scope: PhotoScope) {
    this.#app = app
    this.#scope = scope
    this.choices = app.settings.lastExport ?? standardChoices
    this.offered = [
      ...((scope.photoIds?.length ?? 0) > 0 ? (['selection'] as const) : []),
      ...(hasFilter(scope) ? (['filter'] as const) : []),
      'all',
    ]
    this.extent = this.offered[0] ?? 'all'
  }

  /** The folder, where the filter asks for nothing else. */
  get folder(): string | null {
    const { folder = null, ...rest } = this.#scope.filter
    return hasFilter({ ...this.#scope, filter: rest }) ? null : folder
  }

  readonly destination = $derived.by(() =>
    this.choices.kind === 'table' ? this.choices.file : this.choices.folder,
  )

  /** Nothing is known yet of what would be written. */
  readonly isLooking = $derived.by(() => this.isPreviewing && this.table === null && this.dataset === null)

  /** Nothing would be written, as far as the preview knows. */
  readonly isEmpty = $derived.by(
    () => !this.isPreviewing && (this.dataset?.counts.exported === 0 || this.table?.rows.length === 0),
  )

  /** In a browser, a file goes to its downloads and has no other place. */
  readonly isDownload = $derived.by(() => this.choices.kind === 'table' && this.#app.info.host === 'browser')

  /** Until the returned function is called; what is being written goes on after that, and a message shows how it ended. */
  listen(): () => void {
    void this.#useQuality()
    void this.#preview()
    void this.#app.attempt(async () => {
      this.counts = await countPhotos(this.#app.api, this.#scope)
    })
    const stop = this.#app.subscribe('export.progress', (progress) => {
      if (this.isWriting) this.progress = progress
    })
    return () => {
      stop()
      this.#isOpen = false
    }
  }

  /** The first time, suggestions are exported from the score on from which the model in use is likely right. */
  async #useQuality(): Promise<void> {
    // Fails while no model is installed.
    const best = await this.#app.api.models.best({}).catch(() => null)
    if (this.choices === standardChoices && best?.quality) this.change({ minScore: best.quality.suggestedAt })
  }

  change(change: Partial<ExportChoices>): void {
    this.choices = { ...this.choices, ...change }
    this.written = null
    this.problem = null
    void this.#preview()
  }

  chooseExtent(extent: Extent): void {
    this.extent = extent
    this.change({})
  }

  /** Asks for the file in a dialog of the system, which also asks whether it may be replaced; that holds for one export. */
  async pickFile(file = suggestedName(this.choices.table)): Promise<{ path: string | null }> {
    const picked = await this.#app.api.shell.pickSaveFile({ title: t('exports.title'), suggestedName: file })
    this.#agreedFile = picked.path
    return picked
  }

  goTo(path: string): void {
    this.change(this.choices.kind === 'table' ? { file: path } : { folder: path })
  }

  /** Errors show in the dialog while it is open, else as a message. */
  async write(): Promise<void> {
    this.problem = null
    this.written = null
    this.progress = null
    this.isWriting = true
    const stopping = (this.#stopping = new AbortController())
    this.#target = this.isDownload ? '' : this.destination
    try {
      this.written = await this.#write(stopping.signal)
      this.#agreedFile = null
      const { written } = this
      if (!this.#isOpen) this.#app.toasts.done(() => describeWritten(written))
      await this.#app.changeSettings({ lastExport: this.choices })
    } catch (error) {
      if (this.#isOpen && error instanceof ApiError && error.code === 'output-exists') {
        const { path } = (await this.#app.attempt(() => this.pickFile(this.#target))) ?? { path: null }
        if (path === null) return
        this.goTo(path)
        await this.write()
        return
      }
      const isStopped = stopping.signal.aborted || isCancelled(error)
      this.problem = isStopped ? () => t('exports.stopped') : messageOf(error)
      if (!this.#isOpen && !isStopped) this.#app.toasts.error(error)
    } finally {
      this.isWriting = false
    }
  }

  cancel = async (): Promise<void> => {
    this.#stopping.abort()
    const path = this.#target
    // The core may not know of it yet.
    if (path !== '') await this.#app.attempt(() => this.#app.api.exports.cancel({ path }))
  }

  async #write(stop: AbortSignal): Promise<Written> {
    const { choices, isDownload } = this
    const { api } = this.#app
    const photos = await photosOf(api, this.#scope, this.extent)
    if (isDownload) this.#target = (await this.pickFile()).path ?? ''
    // Cancelled before the core was asked to write.
    stop.throwIfAborted()
    if (choices.kind === 'table') {
      const file = this.#target
      const overwrite = !isDownload && file === this.#agreedFile
      const { rows } = await api.exports.write({ request: tableRequest(choices, photos), file, overwrite })
      if (!isDownload) return { kind: 'table', count: rows, path: file }
      downloadFile(file)
      return { kind: 'download', count: rows, path: file.split('/').at(-1) ?? file }
    }
    const { exported, folder } = await api.exports.dataset({
      request: datasetRequest(choices, photos),
      folder: choices.folder,
    })
    return { kind: 'dataset', count: exported, path: folder }
  }

  /** One preview at a time; the newest choices come next, those in between never. */
  async #preview(): Promise<void> {
    this.#isStale = true
    if (this.isPreviewing) return
    this.isPreviewing = true
    while (this.#isStale) {
      this.#isStale = false
      try {
        await this.#readPreview(this.choices)
        this.previewProblem = null
      } catch (error) {
        this.table = null
        this.dataset = null
        this.previewProblem = messageOf(error)
      }
    }
    this.isPreviewing = false
  }

  async #readPreview(choices: ExportChoices): Promise<void> {
    const { api } = this.#app
    const photos = await photosOf(api, this.#scope, this.extent)
    if (choices.kind === 'dataset') {
      this.table = null
      this.dataset = await api.exports.preview({
        request: datasetRequest(choices, photos),
        limit: previewRows,
      })
      return
    }
    this.dataset = null
    const request = tableRequest(choices, photos)
    const header = [t('exports.fileName'), t('exports.status'), t('exports.labels')]
    let text = ''
    let cursor: string | null = null
    do {
      const chunk: { text: string; cursor: string | null } = await api.exports.chunk({ request, cursor })
      text += chunk.text
      cursor = chunk.cursor
      this.table = previewTable(text, choices.table, previewRows, header)
    } while (cursor !== null && this.table.rows.length < previewRows && !this.#isStale)
  }
}
