// A real core on a temporary library, with real workers.
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Job, JobRequest } from '../../electron/contract/jobs.ts'
import { createClient, directTransport, type CoreClient } from '../../electron/core/client.ts'
import { createCore, type Core, type CoreOptions } from '../../electron/core/core.ts'
import { spawnInference } from './shared-workers.ts'

export interface TestCore {
  readonly core: Core
  readonly client: CoreClient
  /** Starts a job on the CPU and waits until it is over or paused. */
  readonly label: (request: Pick<JobRequest, 'folders' | 'model'> & Partial<JobRequest>) => Promise<Job>
  readonly close: () => Promise<void>
}

/** `folder` keeps the library and the cache, so that a second core goes on with them. */
export function openTestCore(folder: string, options: Partial<CoreOptions> = {}): TestCore {
  const core = createCore({
    libraryFile: path.join(folder, 'library.db'),
    cacheDir: path.join(folder, 'cache'),
    spawnInference,
    threads: 1,
    ...options,
  })
  const client = createClient(directTransport(core))
  let isOpen = true
  const close = async () => {
    if (isOpen) await core.close()
    isOpen = false
  }
  onTestFinished(close)
  const label: TestCore['label'] = async (request) => {
    const ended = new Promise<Job>((resolve) => {
      const stop = core.events.subscribe('job.changed', (job) => {
        if (job.state === 'running') return
        stop()
        resolve(job)
      })
    })
    await client.jobs.start({ device: 'cpu', ...request })
    return ended
  }
  return { core, client, label, close }
}
