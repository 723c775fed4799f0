// Folders that are being read into the library now, and how far that is.
import type { ScanProgress } from '../../../electron/contract/library.ts'
import type { AppState } from './app.svelte.ts'
import { perApp } from './per-app.svelte.ts'

export class Scans {
  #running = $state(0)
  progress = $state.raw<ScanProgress | null>(null)
  readonly isRunning = $derived(this.#running > 0)

  constructor(app: AppState) {
    app.subscribe('scan.progress', (progress) => {
      this.progress = progress
    })
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running === 0) this.progress = null
    this.#running++
    try {
      return await work()
    } finally {
      this.#running--
    }
  }
}

export const scansOf = perApp((app) => new Scans(app))
