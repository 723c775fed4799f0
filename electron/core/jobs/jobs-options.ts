// What jobs need of the core.
import type { InferencePort, PhotoLimits } from '../../contract/inference.ts'
import type { EventHub } from '../events.ts'
import type { Log } from '../log.ts'
import type { Models } from '../models/models.ts'
import type { Power } from './power.ts'
import type { Store } from '../store/db.ts'

export interface JobsOptions {
  readonly store: Store
  readonly events: EventHub
  readonly models: Models
  /** CPU cores to use. */
  readonly threads: number
  readonly cacheDir: string
  readonly spawn: () => InferencePort
  /** Returns a worker that runs already and has nothing to do, and is the caller's from now on; null where there is none. */
  readonly idleWorker: () => InferencePort | null
  readonly limits: PhotoLimits
  readonly stallTimeoutMs: number
  readonly log: Log
  /** Null where the host does not know it. */
  readonly power: Power | null
  /** The user's setting: jobs wait while the machine runs on its battery. */
  readonly isPausedOnBattery: () => Promise<boolean>
}
