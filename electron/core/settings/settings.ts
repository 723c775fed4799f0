// Preferences of the person on this machine: one small JSON file, written whole or not at all.
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { CoreContract } from '../../contract/core.ts'
import { Settings } from '../../contract/browse.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { EventHub } from '../events.ts'
import { errorCode, isGone } from '../library/file-errors.ts'

export interface SettingsOptions {
  readonly file: string
  readonly events: EventHub
}

export const defaultSettings: Settings = {
  theme: 'system',
  language: null,
  density: 'comfortable',
  tileSizePx: 180,
  keys: {},
  isAutoAdvance: true,
  isScanAtStart: true,
  labelMode: 'single',
  pinnedLabels: [],
  defaultModel: null,
  lastExport: null,
}

/** Values that are no settings, or no longer: each falls back to its default, the others are kept. */
function parseSettings(value: unknown): { settings: Settings; isSound: boolean } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { settings: defaultSettings, isSound: false }
  const found = value as Record<string, unknown>
  let isSound = true
  const entries = Object.entries(Settings.shape).map(([key, schema]) => {
    const fallback = defaultSettings[key as keyof Settings]
    if (!Object.hasOwn(found, key)) return [key, fallback]
    const parsed = schema.safeParse(found[key])
    isSound &&= parsed.success
    return [key, parsed.success ? parsed.data : fallback]
  })
  return { settings: Object.fromEntries(entries) as Settings, isSound }
}

export function createSettings({ file, events }: SettingsOptions): Handlers<CoreContract>['settings'] {
  let current: Settings | null = null
  /** One change after the other, so that none undoes another one. */
  let last: Promise<unknown> = Promise.resolve()

  const load = async (): Promise<Settings> => {
    if (current !== null) return current
    const { settings, isSound } = parseSettings(await read(file))
    if (!isSound) {
      const aside = `${file}.damaged`
      await rename(file, aside).catch(() => undefined)
      if (settings !== defaultSettings) await write(file, settings)
      events.emit('notice', {
        message: `Some settings in ${file} could not be read and are as they were at first; the old file is kept as ${aside}.`,
      })
    }
    return (current = settings)
  }
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }

  return {
    get: () => inTurn(load),
    set: (changes) =>
      inTurn(async () => {
        // Another Labelroom may have changed others meanwhile.
        current = null
        const wanted = Object.entries(changes).filter(([, value]) => value !== undefined)
        const changed: Settings = { ...(await load()), ...Object.fromEntries(wanted) }
        await write(file, changed)
        current = changed
        events.emit('settings.changed', changed)
        return changed
      }),
  }
}

/** What the file holds: an empty object where there is none, null where it is no JSON. */
async function read(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown
  } catch (error) {
    if (isGone(error)) return {}
    if (errorCode(error) === null) return null
    throw new AppError(
      'not-found',
      `The settings in ${file} cannot be read (${errorCode(error) ?? ''}). Check its permissions.`,
      { cause: error },
    )
  }
}

async function write(file: string, settings: Settings): Promise<void> {
  const part = `${file}.${process.pid}.part`
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await using handle = await open(part, 'w')
    await handle.appendFile(`${JSON.stringify(settings, null, 2)}\n`)
    await handle.sync()
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw cannotWrite(file, error)
  }
  await rename(part, file).catch((error: unknown) => {
    throw cannotWrite(file, error)
  })
}

function cannotWrite(file: string, error: unknown): AppError {
  const code = errorCode(error) ?? String(error)
  return code === 'ENOSPC'
    ? new AppError('disk-full', `The disk is full: ${file} was not written. Free some space and try again.`)
    : new AppError('output-unwritable', `${file} cannot be written (${code}). Check its permissions.`, {
        cause: error,
      })
}
