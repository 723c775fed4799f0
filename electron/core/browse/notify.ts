// Emits `library.changed`: soon after a change, and at most ten times a second.
import { createThrottle } from '../../common/throttle.ts'
import type { PhotoId } from '../../contract/domain.ts'
import { messageOf } from '../../texts/message.ts'
import type { EventHub } from '../events.ts'
import type { Changes } from '../store/changes.ts'
import type { LibraryIndex } from './library-index.ts'

/** An event with more photos does not name them. */
const maxNamed = 1000

/** Starts to emit; returns the function that stops it. */
export function notifyChanges(changes: Changes, index: LibraryIndex, events: EventHub): () => void {
  let timer: NodeJS.Timeout | null = null
  let isOpen = true
  const throttle = createThrottle()

  const emit = async () => {
    const change = await index.sync()
    timer = null
    if (change === null || !isOpen) return
    throttle.tryEmit(true)
    const isNamed = !change.isEverything && !change.isEveryPhoto && change.photoIds.length <= maxNamed
    events.emit('library.changed', { photoIds: isNamed ? (change.photoIds as PhotoId[]) : null })
    if (changes.hasAny()) schedule()
  }
  const schedule = () => {
    if (timer !== null || !isOpen) return
    timer = setTimeout(() => {
      emit().catch((error: unknown) => {
        timer = null
        // The next change tries again; calls report a library that cannot be read themselves.
        if (isOpen) events.emit('notice', { message: messageOf(error) })
      })
    }, throttle.waitMs()).unref()
  }
  changes.onChange(schedule)
  return () => {
    isOpen = false
    if (timer !== null) clearTimeout(timer)
  }
}
