// Remembers which device a model runs on, so that devices are not compared at every start.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../common/write-atomic.ts'
import { DeviceReport } from '../contract/domain.ts'
import type { LoadRequest } from '../contract/inference.ts'
import { describeDrivers } from './drivers.ts'
import * as ort from './runtime.ts'

const RememberedDevice = DeviceReport.pick({
  ran: true,
  nodeShare: true,
  batchSize: true,
  trials: true,
}).extend({
  /** What the CPU computes for the picture on which devices are compared; null where it cannot run the graph. */
  onCpu: z.array(z.number()).nullable(),
})
export type RememberedDevice = z.infer<typeof RememberedDevice>
const Remembered = RememberedDevice.extend({ savedAtMs: z.number() })

export interface DeviceMemory {
  /** Null where nothing is known of this model, these drivers and this version, or it was learned too long ago. */
  recall(): Promise<RememberedDevice | null>
  /** Never throws: what cannot be kept is measured again. */
  remember(device: RememberedDevice): Promise<void>
}

/** A device that was busy, or lost to a fault that is over, gets another chance after so long. */
const maxAgeMs = 7 * 24 * 3_600_000

/** The memory for one graph, which its file names with model, precision and size. */
export function createDeviceMemory(graphFile: string, version: string, request: LoadRequest): DeviceMemory {
  const { cacheDir, device, precision, threads, workers } = request
  const name = async () => {
    const known = [path.basename(graphFile), version, precision, device, threads, workers]
    const key = JSON.stringify([...known, ort.env.versions, await describeDrivers()])
    return path.join(cacheDir, `device-${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`)
  }
  return {
    async recall() {
      try {
        const { savedAtMs, ...device } = Remembered.parse(JSON.parse(await readFile(await name(), 'utf8')))
        const ageMs = Date.now() - savedAtMs
        return ageMs >= 0 && ageMs < maxAgeMs ? device : null
      } catch {
        return null
      }
    },
    async remember(device) {
      try {
        const content = JSON.stringify({ ...device, savedAtMs: Date.now() })
        await writeFileAtomic(await name(), content, { isSynced: false, isPrivate: true })
      } catch {
        // A full or locked drive costs time, nothing else.
      }
    },
  }
}
