// Workers in the background give way, as the system has it. Real workers, and /proc on Linux to find them.
import { readdirSync, readFileSync } from 'node:fs'
import { constants, getPriority } from 'node:os'
import { expect, test } from 'vitest'
import { defaultPhotoLimits } from '../../electron/contract/inference.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'

const isLinux = process.platform === 'linux'

/** Children of this process that run the worker. */
function workersOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const ppid = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
        return ppid === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker/inference')
      } catch {
        return false
      }
    })
}

test.runIf(isLinux)(
  'lowers the priority of a worker in the background, and of no other',
  async () => {
    const own = getPriority()
    const ready = (isInBackground: boolean) => {
      const before = new Set(workersOf(process.pid))
      const worker = spawnInference(1, { isInBackground })
      const heard = new Promise<void>((resolve) => {
        worker.onMessage(() => {
          resolve()
        })
      })
      // Any answer: its code is loaded then.
      worker.post({
        ...{
          type: 'exif',
          id: 1,
          path: '/nowhere.jpg',
          sizeBytes: 1,
          modifiedAtMs: 1,
          limits: defaultPhotoLimits,
        },
        ...{ inode: null, device: null, createdAtMs: null, changedAtMs: null },
      })
      return heard.then(() => {
        const [pid = 0] = workersOf(process.pid).filter((child) => !before.has(child))
        const nice = getPriority(pid)
        worker.kill()
        return nice
      })
    }
    expect(await ready(false)).toBe(own)
    expect(await ready(true)).toBe(Math.max(own, constants.priority.PRIORITY_BELOW_NORMAL))
  },
  30_000,
)
