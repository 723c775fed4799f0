// An export as it is being put together and written.
import type { DatasetPreview, ExportChoices, ExportProgress } from '../../../../electron/contract/exports.ts'
import { ApiError, messageOf } from '../../api.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState, PhotoChoice } from '../../state/app.svelte.ts'
import {
  datasetRequest,
  hasFilter,
  photosOf,
  standardChoices,
  tableRequest,
  type Scope,
} from './export-requests.ts'
import { previewTable, type PreviewTable } from './preview-rows.ts'

const previewRows = 8

/** What came of it: rows of a file, or files of a data set. */
export interface Written {
  readonly kind: ExportChoices['kind']
  readonly count: number
  readonly path: string
}

export const sayWritten = ({ kind, count, path }: Written): string =>
  t(kind === 'table' ? 'exports.rowsWritten' : 'exports.filesWritten', {
    count,
    shown: formatCount(count),
    path,
  })

export class Exporting {
  readonly #app: AppState
  readonly #choice: PhotoChoice
  readonly scopes: readonly Scope[]
  choices = $state.raw<ExportChoices>(standardChoices)
  scope = $state<Scope>('all')
  table = $state.raw<PreviewTable | null>(null)
  dataset = $state.raw<DatasetPreview | null>(null)
  previewProblem = $state('')
  isPreviewing = $state(false)
  isWriting = $state(false)
  progress = $state.raw<ExportProgress | null>(null)
  problem = $state('')
  written = $state.raw<Written | null>(null)
  #isStale = false
  #isOpen = true
  /** Where it is being written to, whatever the person types meanwhile. */
  #target = ''
  #stopping = new AbortController()

  constructor(app: AppState) {
    this.#app = app
    this.#choice = app.choice
    this.choices = app.settings.lastExport ?? standardChoices
    this.scopes = [
      ...((app.choice.photoIds?.length ?? 0) > 0 ? (['selection'] as const) : []),
      ...(hasFilter(app.choice) ? (['filter'] as const) : []),
      'all',
    ]
    this.scope = this.scopes[0] ?? 'all'
  }

  get selected(): number {
    return this.#choice.photoIds?.length ?? 0
  }

  readonly destination = $derived.by(() =>
    this.choices.kind === 'table' ? this.choices.file : this.choices.folder,
  )

  /** Until the returned function is called; what is being written goes on after that, and a message says how it ended. */
  listen(): () => void {
    void this.#preview()
    const stop = this.#app.subscribe('export.progress', (progress) => {
      if (this.isWriting) this.progress = progress
    })
    return () => {
      stop()
      this.#isOpen = false
    }
  }

  change(change: Partial<ExportChoices>): void {
    this.choices = { ...this.choices, ...change }
    this.written = null
    this.problem = ''
    void this.#preview()
  }

  chooseScope(scope: Scope): void {
    this.scope = scope
    this.change({})
  }

  goTo(path: string): void {
    this.change(this.choices.kind === 'table' ? { file: path } : { folder: path })
  }

  /** What went wrong is said in place, while the dialog is there. */
  async write(): Promise<void> {
    this.problem = ''
    this.written = null
    this.progress = null
    this.isWriting = true
    const stopping = (this.#stopping = new AbortController())
    this.#target = this.destination
    try {
      this.written = await this.#write(stopping.signal)
      if (!this.#isOpen) this.#app.toasts.done(sayWritten(this.written))
      await this.#app.changeSettings({ lastExport: this.choices })
    } catch (error) {
      const isStopped = stopping.signal.aborted || (error instanceof ApiError && error.code === 'cancelled')
      this.problem = isStopped ? t('exports.stopped') : messageOf(error)
      if (!this.#isOpen && !isStopped) this.#app.toasts.error(error)
    } finally {
      this.isWriting = false
    }
  }

  cancel = (): Promise<unknown> => {
    this.#stopping.abort()
    return this.#app.attempt(() => this.#app.api.exports.cancel({ path: this.#target }))
  }

  async #write(stop: AbortSignal): Promise<Written> {
    const { choices } = this
    const { api } = this.#app
    const photos = await photosOf(api, this.#choice, this.scope)
    // The core knows nothing of it yet.
    stop.throwIfAborted()
    if (choices.kind === 'table') {
      const { rows } = await api.exports.write({ request: tableRequest(choices, photos), file: choices.file })
      return { kind: 'table', count: rows, path: choices.file }
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
        this.previewProblem = ''
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
    const photos = await photosOf(api, this.#choice, this.scope)
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
