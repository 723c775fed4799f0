// Labelling jobs: the one that runs or can go on, its progress, and the truth about the device.
import type { Job, JobProgress } from '../../../electron/contract/jobs.ts'
import type { JobId } from '../../../electron/contract/domain.ts'
import type { Api } from '../transport/api.ts'
import type { AppTransport } from '../transport/transport.ts'
import type { Toasts } from './toasts.svelte.ts'

export class Jobs {
  readonly #api: Api
  readonly #toasts: Toasts
  #endListeners: readonly ((job: Job) => void)[] = []
  /** The job that was started last. */
  current = $state.raw<Job | null>(null)
  progress = $state.raw<JobProgress | null>(null)
  /** The job ended while the page was open, and the user has not turned to its result yet. */
  hasNews = $state(false)
  /** Counts the events about jobs. */
  #events = 0
  /** While the core gets the model and the devices ready, before there is a job. */
  isPreparing = $state(false)
  isCancelling = $state(false)
  readonly isRunning = $derived(this.current?.state === 'running')
  readonly counts = $derived(this.progress?.counts ?? this.current?.counts ?? null)
  /** Photos that are labelled or failed; files that are no photos do not count. */
  readonly done = $derived(this.counts === null ? 0 : this.counts.labelled + this.counts.failed)
  /** 0..1 of all photos; null while their number is not known. */
  readonly share = $derived.by(() => {
    const photos = this.progress?.photos ?? null
    return !this.isRunning || photos === null || photos === 0 ? null : Math.min(1, this.done / photos)
  })

  constructor(api: Api, subscribe: AppTransport['subscribe'], toasts: Toasts) {
    this.#api = api
    this.#toasts = toasts
    subscribe('job.changed', (job) => {
      this.#events++
      if (job.id !== this.current?.id) this.progress = null
      if (job.state === 'running') this.hasNews = false
      else if (this.isRunning && job.id === this.current?.id) this.#end(job)
      this.current = job
      this.#showOnTaskbar()
    })
    subscribe('job.progress', (progress) => {
      if (progress.jobId !== this.current?.id) return
      this.progress = progress
      this.#showOnTaskbar()
    })
  }

  /** Calls with each job that ran while the page was open and has ended; returns the function that stops this. */
  onEnd(listener: (job: Job) => void): () => void {
    this.#endListeners = [...this.#endListeners, listener]
    return () => {
      this.#endListeners = this.#endListeners.filter((other) => other !== listener)
    }
  }

  /** The newest job of the library, so that an unfinished one can go on after a restart. */
  async load(): Promise<void> {
    const before = this.#events
    const jobs = await this.#api.jobs.list({})
    if (this.#events !== before) return
    this.current = jobs.toSorted((a, b) => b.id - a.id)[0] ?? null
    // Of what went wrong the user may not have read yet.
    this.hasNews = this.current?.state === 'failed'
  }

  /** Resolves when the job runs; an error becomes a message, unless the user cancelled the start. */
  async start(request: Parameters<Api['jobs']['start']>[0]): Promise<void> {
    this.isPreparing = true
    await this.#change(() => this.#api.jobs.start(request))
    this.isPreparing = false
    this.isCancelling = false
  }
  /** While the model is loaded and devices are tested. */
  async cancelStart(): Promise<void> {
    this.isCancelling = true
    await this.#api.jobs.cancelStart({}).catch((error: unknown) => {
      this.#toasts.error(error)
    })
  }
  pause = (id: JobId): Promise<void> => this.#change(() => this.#api.jobs.pause({ id }))
  resume = (id: JobId): Promise<void> => this.#change(() => this.#api.jobs.resume({ id }))
  cancel = (id: JobId): Promise<void> => this.#change(() => this.#api.jobs.cancel({ id }))

  async #change(call: () => Promise<Job>): Promise<void> {
    try {
      await this.#follow(call)
    } catch (error) {
      this.#toasts.ended(error)
    }
  }

  /** An event that overtook the answer is newer: a short job may be done before the answer that it runs arrives. */
  async #follow(call: () => Promise<Job>): Promise<void> {
    const before = this.#events
    const job = await call()
    if (this.#events === before) this.current = job
  }

  #end(job: Job): void {
    this.hasNews = true
    for (const listener of this.#endListeners) listener(job)
  }

  #showOnTaskbar(): void {
    this.#api.shell.setProgress({ share: this.share }).catch((error: unknown) => {
      this.#toasts.error(error)
    })
  }
}
