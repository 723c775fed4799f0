// Opens files whose paths come from elsewhere: waits for no pipe or device, takes regular files only, reads no more than a limit.
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync, type Stats } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { MessageError, msg } from '../texts/message.ts'

/** Why a file was refused before its content was used: a sentence about it that does not name it. */
export class RefusedFile extends MessageError {
  override readonly name = 'RefusedFile'
}

/** An open file; the caller closes it. */
export interface OpenFile {
  readonly handle: FileHandle
  /** Of the descriptor, so of the very file that is read. */
  readonly stats: Stats
}

/** Windows has no such flag, and none of its files makes the open wait. */
const flags = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK)

/** Throws RefusedFile for anything but a regular file. */
export function checkRegular(stats: Stats): void {
  if (stats.isDirectory()) throw new RefusedFile(msg('It is a folder, not a file.'))
  if (!stats.isFile()) throw new RefusedFile(msg('It is a device or a pipe, not a file.'))
}

/**
 * Opens a regular file for reading; links are followed.
 * @throws RefusedFile for anything else, such as a pipe that nobody writes to, or the error of the file system.
 */
export async function openRegular(path: string): Promise<OpenFile> {
  // Some devices act when they are opened, so they are looked at first; what was opened is looked at again.
  checkRegular(await stat(path))
  const handle = await open(path, flags)
  try {
    const stats = await handle.stat()
    checkRegular(stats)
    return { handle, stats }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Does the same at once, and returns the descriptor. */
export function openRegularSync(path: string): number {
  checkRegular(statSync(path))
  const descriptor = openSync(path, flags)
  try {
    checkRegular(fstatSync(descriptor))
    return descriptor
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** Throws RefusedFile for a file of more than `maxBytes`. */
export function checkSize(sizeBytes: number, maxBytes: number): void {
  if (sizeBytes <= maxBytes) return
  const limitMb = Math.floor(maxBytes / 1024 / 1024)
  throw new RefusedFile(
    msg('It is larger than {{limitMb}} MB, the limit for this kind of file.', { limitMb }),
  )
}

/**
 * Reads all of an open file.
 * @throws RefusedFile for a file of more than `maxBytes`, or one that is longer or shorter now than when it was opened.
 */
export async function readOpen({ handle, stats }: OpenFile, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  checkSize(stats.size, maxBytes)
  // With room for one byte more, by which a longer file is noticed.
  const bytes = Buffer.allocUnsafeSlow(stats.size + 1)
  let read = 0
  for (let more = 1; more > 0 && read < bytes.length; read += more)
    more = (await handle.read(bytes, read, Math.min(bytes.length - read, maxReadBytes), read)).bytesRead
  if (read !== stats.size) throw new RefusedFile(msg('It was changed while it was read; try again.'))
  return bytes.subarray(0, stats.size)
}

/** Node refuses to read 2 GiB and more at once. */
const maxReadBytes = 2 ** 30

/**
 * Reads a whole regular file.
 * @throws RefusedFile, also for a file of more than `maxBytes`, or the error of the file system.
 */
export async function readRegular(path: string, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  const file = await openRegular(path)
  try {
    return await readOpen(file, maxBytes)
  } finally {
    await file.handle.close()
  }
}

/** Does the same at once. */
export function readRegularSync(path: string, maxBytes: number): Buffer {
  const descriptor = openRegularSync(path)
  try {
    checkSize(fstatSync(descriptor).size, maxBytes)
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Room for the largest of our own small files (settings, lists, notes) many times over. */
export const maxOwnFileBytes = 16 * 1024 * 1024
