// Answers the calls about preferences: one small JSON file of the machine, written atomically, and some in the library.
import { mkdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { maxOwnFileBytes, readRegular } from '../../common/open-file.ts'
import { parseJson } from '../../common/parse-json.ts'
import { privateFolderMode } from '../../common/private-files.ts'
import { writeFileAtomic } from '../../common/write-atomic.ts'
import { createMutex } from '../../common/mutex.ts'
import type { CoreContract } from '../../contract/core.ts'
import type { Settings } from '../../contract/settings.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import type { EventHub } from '../events.ts'
import { explainReadError, isGone } from '../files/file-errors.ts'
import { toAppError } from '../files/to-app-error.ts'
import type { Store } from '../store/db.ts'
import { isOfLibrary, saveLibrarySettings, withLibrarySettings } from './library-settings.ts'
import { defaultSettings, parseSettings } from './stored-settings.ts'

export interface SettingsOptions {
  readonly file: string
  readonly events: EventHub
  /** Keeps what belongs to its photos. */
  readonly store: Store
}

export function createSettings({ file, events, store }: SettingsOptions): Handlers<CoreContract>['settings'] {
  let current: Settings | null = null
  /** Serializes changes, so that none overwrites another one. */
  const mutex = createMutex()

  const load = async (): Promise<Settings> => {
    if (current !== null) return current
    const { settings, isSound } = parseSettings(await read(file))
    if (!isSound) {
      const aside = `${file}.damaged`
      await rename(file, aside).catch(() => undefined)
      if (settings !== defaultSettings) await write(file, settings)
      events.emit('notice', {
        message: msg(
          'Some settings in {{file}} could not be read and are as they were at first; the old file is kept as {{aside}}.',
          { file, aside },
        ),
      })
    }
    return (current = settings)
  }

  return {
    get: () => mutex.run(async () => withLibrarySettings(store, await load())),
    set: (changes) =>
      mutex.run(async () => {
        // Another Labelroom may have changed other settings meanwhile.
        current = null
        const wanted = Object.entries(changes).filter(([, value]) => value !== undefined)
        await saveLibrarySettings(store, Object.fromEntries(wanted))
        const ofMachine = wanted.filter(([key]) => !isOfLibrary(key))
        if (ofMachine.length > 0) {
          const saved: Settings = { ...(await load()), ...Object.fromEntries(ofMachine) }
          await write(file, saved)
          current = saved
        }
        const changed = withLibrarySettings(store, await load())
        events.emit('settings.changed', changed)
        return changed
      }),
  }
}

/** Returns the content: an empty object where the file does not exist, null where it is not JSON. */
async function read(file: string): Promise<unknown> {
  let text: string
  try {
    text = (await readRegular(file, maxOwnFileBytes)).toString()
  } catch (error) {
    if (isGone(error)) return {}
    throw new AppError(
      'not-found',
      msg('The settings in {{file}} cannot be read. {{why}}', { file, why: explainReadError(error, file) }),
      { cause: error },
    )
  }
  return parseJson(text)
}

async function write(file: string, settings: Settings): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: privateFolderMode })
    await writeFileAtomic(file, `${JSON.stringify(settings, null, 2)}\n`, { isPrivate: true })
  } catch (error) {
    throw toAppError(error, {
      full: msg('The disk is full: {{file}} was not written. Free some space and try again.', { file }),
      refused: (code) => msg('{{file}} cannot be written ({{code}}). Check its permissions.', { file, code }),
    })
  }
}
