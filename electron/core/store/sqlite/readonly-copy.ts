// A library on a read-only drive or without permission to write is read as a copy, since SQLite writes beside a library to
// read it.
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { isDiskFull } from '../../../common/errno.ts'
import { isRunning } from '../../../common/is-running.ts'
import { openRegularSync } from '../../../common/open-file.ts'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import { headerBytes, isLibraryHeader } from './library-header.ts'

export interface ReadonlyCopy {
  readonly file: string
  /** Call it when no connection is open any more. */
  remove(): void
}

const namePattern = /^labelroom-readonly-(\d+)-[A-Za-z0-9]{6}$/

/** Whether a folder of this name is a copy that a killed program left. */
export function isLeftCopy(name: string): boolean {
  const pid = namePattern.exec(name)?.[1]
  return pid !== undefined && !isRunning(Number(pid))
}

/** Returns a copy of a library that cannot be written; null for any other file. Throws AppError `disk-full`. */
export function copyReadonly(file: string): ReadonlyCopy | null {
  if (!existsSync(file) || (canWrite(file) && canWrite(dirname(file))) || !isLibrary(file)) return null
  return copyAside(file)
}

/** Returns a copy of a library as it is. Throws AppError `disk-full`. */
export function copyAside(file: string): ReadonlyCopy {
  // Nobody else can enter a folder that mkdtemp makes.
  const folder = mkdtempSync(join(tmpdir(), `labelroom-readonly-${process.pid}-`))
  const remove = () => {
    rmSync(folder, { recursive: true, force: true })
  }
  const copy = join(folder, basename(file))
  try {
    // With the log that a killed program left, which holds what it saved last.
    for (const ending of ['', '-wal'])
      if (existsSync(`${file}${ending}`)) copyFileSync(`${file}${ending}`, `${copy}${ending}`)
    return { file: copy, remove }
  } catch (error) {
    remove()
    if (!isDiskFull(error)) throw error
    throw new AppError(
      'disk-full',
      msg("There is no room in '{{folder}}' for the copy by which the library '{{file}}' is read.", {
        ...{ folder: tmpdir(), file },
      }),
      { cause: error },
    )
  }
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function isLibrary(file: string): boolean {
  try {
    const descriptor = openRegularSync(file)
    const header = Buffer.alloc(headerBytes)
    const length = readSync(descriptor, header, 0, headerBytes, 0)
    closeSync(descriptor)
    return isLibraryHeader(header.subarray(0, length))
  } catch {
    // Opening it says why.
    return false
  }
}
