// Opens the library with which the app starts, and asks what to do when that fails.
import type { Log } from '../core/log.ts'
import { english, messageOf } from '../texts/message.ts'
import { RefusedLibrary } from './core-process.ts'
import type { CoreSupervisor } from './core-supervisor.ts'
import { askAboutLibrary, chooseLibrary } from './dialogs.ts'
import type { Texts } from './texts.ts'

/** Asks until a library is open, or the user gives up: then false. */
export async function openFirstLibrary(
  supervisor: CoreSupervisor,
  first: string,
  texts: Texts,
  log: Log,
): Promise<boolean> {
  let file = first
  let restore: string | null = null
  for (;;) {
    try {
      await supervisor.open(file, restore)
      return true
    } catch (error) {
      const message = messageOf(error)
      log('error', english(message))
      const backup = error instanceof RefusedLibrary ? error.backup : null
      const answer = await askAboutLibrary(message, backup, texts)
      if (answer === 'quit') return false
      restore = answer === 'restore' && backup !== null ? backup.file : null
      if (answer === 'choose') file = (await chooseLibrary(null, texts)) ?? file
    }
  }
}
