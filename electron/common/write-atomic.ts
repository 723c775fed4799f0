// Writes a whole file beside its place and then puts it there, so that a failure leaves the old file whole.
import { randomBytes } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { privateFileMode } from './private-files.ts'

/** A file that is being written under a temporary name. */
export interface TemporaryFile {
  readonly path: string
  readonly handle: FileHandle
}

export interface AtomicOptions {
  /** Puts the finished file in its place; whatever it throws leaves the target as it was. Default: a rename. */
  readonly place?: (temporary: string, target: string) => Promise<void>
  /** Whether the bytes are on the drive before the file gets its name, so that a power cut cannot leave an empty one. */
  readonly isSynced?: boolean
  /** Whether other accounts of the machine cannot read it. */
  readonly isPrivate?: boolean
}

const temporaryPattern = /^\.labelroom-[0-9a-f]{16}\.tmp$/

/**
 * A name that nobody can foresee, so that nobody can plant a link there, and that is recognised as ours when a killed
 * program left the file. It does not contain the target's name, which may be as long as the file system allows.
 */
export const temporaryName = (): string => `.labelroom-${randomBytes(8).toString('hex')}.tmp`

/** Whether a file of this name is one that `writeFileAtomic` was writing. */
export const isTemporaryName = (name: string): boolean => temporaryPattern.test(name)

/**
 * Makes `target` the file with this content, in one step. The temporary file lies beside it, and is removed after a
 * failure. Where `target` is a link, the link is replaced. Throws what the file system throws, or `content`.
 * @param content the bytes, or what writes them.
 */
export async function writeFileAtomic<T = void>(
  target: string,
  content: string | Uint8Array | ((file: TemporaryFile) => Promise<T>),
  { place = rename, isSynced = true, isPrivate = false }: AtomicOptions = {},
): Promise<T> {
  const temporary = path.join(path.dirname(target), temporaryName())
  // Never through what lies there already.
  const handle = await open(temporary, 'wx', isPrivate ? privateFileMode : undefined)
  try {
    let result: T
    try {
      result = await write(content, { path: temporary, handle })
      if (isSynced) await handle.sync()
    } finally {
      await handle.close()
    }
    await place(temporary, target)
    return result
  } finally {
    // The failure that brought us here is the one to report.
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

async function write<T>(
  content: string | Uint8Array | ((file: TemporaryFile) => Promise<T>),
  file: TemporaryFile,
): Promise<T> {
  if (typeof content === 'function') return content(file)
  // Not write(), which on a full disk writes a part and reports success.
  await file.handle.appendFile(content)
  return undefined as T
}
