// Where Labelroom keeps its own files on each system.
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { makeFolder } from '../common/make-folder.ts'
import { markAsOwn } from '../common/own-folder.ts'
import { makePrivate, privateFolderMode } from '../common/private-files.ts'
import { libraryPath } from '../common/library-path.ts'
import { AppError } from '../contract/errors.ts'
import { msg } from '../texts/message.ts'

/** Where that folder is; it may not be there. */
const wantedDataFolder = (): string => process.env['LABELROOM_HOME'] ?? systemFolder()

/**
 * Where Node keeps what it compiled of our code, for this process and those that it starts; null before there is a data folder.
 * In a folder of the user's own: whoever can write into it can run code.
 */
export function codeCacheFolder(): string | null {
  const cache = path.resolve(wantedDataFolder(), 'cache')
  return existsSync(cache) ? path.join(cache, 'code') : null
}

/**
 * The folder for the default library and for caches, made when missing.
 * `LABELROOM_HOME` moves it; otherwise it is where each system's guidelines want it.
 */
export async function dataFolder(): Promise<string> {
  const wished = process.env['LABELROOM_HOME']
  const folder = wantedDataFolder()
  try {
    await makeFolder(path.resolve(folder), privateFolderMode)
    await markOwn(folder, wished === undefined)
    // A folder that the user named may hold other things, too: only what Labelroom puts there is made private.
    if (wished === undefined) makePrivate(folder)
  } catch (error) {
    throw new AppError(
      'library-unwritable',
      msg('{{folder}} cannot be made ({{code}}). Set LABELROOM_HOME to a folder that can.', {
        folder,
        code: (error as NodeJS.ErrnoException).code ?? '',
      }),
      { cause: error },
    )
  }
  return libraryPath(folder)
}

/** A folder that the user named may hold photos, too, unless Labelroom made it: then only the thumbnails are left out. */
async function markOwn(folder: string, isOurs: boolean): Promise<void> {
  const cache = path.join(folder, 'cache')
  await makeFolder(path.resolve(cache), privateFolderMode)
  await markAsOwn(isOurs || (await readdir(folder)).length === 1 ? folder : cache)
}

/** Which outputs were written last. */
export const writtenListFile = (dataFolder: string): string => `${dataFolder}/written-files.json`

/** What helps to find out what went wrong. */
export const logFile = (dataFolder: string): string => `${dataFolder}/labelroom.log`
/** What the log was before it became too large. */
export const oldLogFile = (dataFolder: string): string => `${dataFolder}/labelroom.old.log`

/** Where the app's window was. */
export const windowFile = (dataFolder: string): string => `${dataFolder}/window.json`

function systemFolder(): string {
  const home = os.homedir()
  if (process.platform === 'win32')
    return path.join(process.env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'Labelroom')
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Labelroom')
  return path.join(process.env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'), 'labelroom')
}
