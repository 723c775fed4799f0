// Tells `library.changed`: soon after a change, and at most ten times a second.
import type { PhotoId } from '../../contract/domain.ts'
import type { EventHub } from '../events.ts'
import type { Changes } from '../store/changes.ts'
import type { LibraryIndex } from './library-index.ts'

const intervalMs = 100
/** More are not named. */
const maxNamed = 1000

/** Starts telling; gives the function that stops it. */
export function notifyChanges(changes: Changes, index: LibraryIndex, events: EventHub): () => void {
  let timer: NodeJS.Timeout | null = null
  let isOpen = true
  let toldAtMs = -intervalMs

  const tell = async () => {
    const change = await index.keepUp()
    timer = null
    if (change === null || !isOpen) return
    toldAtMs = performance.now()
    const isNamed = !change.isEverything && change.photoIds.length <= maxNamed
    events.emit('library.changed', { photoIds: isNamed ? (change.photoIds as PhotoId[]) : null })
    if (changes.hasAny()) schedule()
  }
  const schedule = () => {
    if (timer !== null || !isOpen) return
    const waitMs = Math.max(0, toldAtMs + intervalMs - performance.now())
    timer = setTimeout(() => {
      tell().catch((error: unknown) => {
        timer = null
        // The next change tries again; a library that cannot be read tells so in the calls themselves.
        if (isOpen) events.emit('notice', { message: error instanceof Error ? error.message : String(error) })
      })
    }, waitMs).unref()
  }
  changes.onChange(schedule)
  return () => {
    isOpen = false
    if (timer !== null) clearTimeout(timer)
  }
}
