// Folders that are being read into the library now, how far that is, and a way to stop it.
import type { FileCounts, ScanProgress } from '../../../electron/contract/library.ts'
import type { AppState } from './app.svelte.ts'
import { perApp } from './per-app.svelte.ts'

export class Scans {
  readonly #app: AppState
  /** What each scan reads. */
  #running = $state.raw<readonly (readonly string[])[]>([])
  progress = $state.raw<ScanProgress | null>(null)
  readonly isRunning = $derived(this.#running.length > 0)

  constructor(app: AppState) {
    this.#app = app
    app.subscribe('scan.progress', (progress) => {
      this.progress = progress
    })
  }

  /** Returns what is in the folders; null where they could not be read or the user stopped it, which a message says. */
  async run(folders: readonly string[]): Promise<FileCounts | null> {
    if (!this.isRunning) this.progress = null
    this.#running = [...this.#running, folders]
    try {
      return await this.#app.api.library.scan({ folders: [...folders] })
    } catch (error) {
      this.#app.toasts.ended(error)
      return null
    } finally {
      this.#running = this.#running.filter((other) => other !== folders)
    }
  }

  /** Stops all of them. */
  cancel(): void {
    for (const folders of this.#running)
      void this.#app.attempt(() => this.#app.api.library.cancelScan({ folders: [...folders] }))
  }
}

export const scansOf = perApp((app) => new Scans(app))
