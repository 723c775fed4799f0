// Writes the files that users ask for: atomically, never over protected files, and over others only if the user agreed.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, realpath, type FileHandle } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { errorCode } from '../../common/errno.ts'
import { libraryPath } from '../../common/library-path.ts'
import { writeFileAtomic } from '../../common/write-atomic.ts'
import { AppError } from '../../contract/errors.ts'
import type { OutputFile } from '../../contract/exports.ts'
import { msg } from '../../texts/message.ts'
import { isInside } from '../files/folders.ts'
import { placeFile } from './place-file.ts'
import { findProtection, type ProtectedFiles } from './protected-files.ts'
import { findTarget, type OutputTarget } from './target.ts'
import { toOutputError } from './output-error.ts'
import { createWrittenFiles } from './written-files.ts'

/** Appends text or bytes to the output. */
export type Append = (chunk: string | Uint8Array) => Promise<void>

export interface Outputs {
  /** Throws what `write` would throw now, so that this is known before long work. */
  check(output: OutputFile): Promise<void>
  /**
   * Writes what `produce` appends. Links are followed and kept; pipes and devices (/dev/null) are written to directly,
   * where they are taken. Throws AppError, what `produce` throws, or the signal's reason; each leaves the old file intact and
   * nothing beside it.
   * @throws AppError `output-exists` where a file is there that is not as Labelroom wrote it last; `output-unwritable`
   * and `disk-full`.
   */
  write<T>(output: OutputFile, produce: (append: Append) => Promise<T>, signal?: AbortSignal): Promise<T>
}

export interface OutputsOptions extends ProtectedFiles {
  /** The list of the files written last; see createWrittenFiles. */
  readonly writtenListFile: string
  /** Outputs in this folder and below it are sent on and forgotten: the list leaves them out. */
  readonly unlistedFolder: string | null
  /**
   * Whether an output may be a pipe or a device. Only where the user can end the program while it waits for a reader:
   * on the command line.
   */
  readonly takesStreams: boolean
}

/** After so many changes of the target by another program, the write fails. */
const maxPlacings = 5

export function createOutputs(options: OutputsOptions): Outputs {
  const { writtenListFile, unlistedFolder, takesStreams, ...protectedFiles } = options
  const written = createWrittenFiles(writtenListFile)
  void written.removeLeft()
  const isProtected: ProtectedFiles = {
    ...protectedFiles,
    ownFiles: async () => [writtenListFile, ...(await protectedFiles.ownFiles())],
  }

  /** Returns the target as it is now if it may be replaced. */
  const approve = async ({ file, overwrite }: OutputFile): Promise<OutputTarget> => {
    const target = await findTarget(file)
    if (target.kind === 'folder')
      throw new AppError(
        'output-unwritable',
        msg('{{file}} is a folder. Name a file, which may lie in it.', { file }),
      )
    if (target.kind === 'stream') {
      if (takesStreams) return target
      throw new AppError(
        'output-unwritable',
        msg('{{file}} is a device or a pipe, not a file. Choose another name.', { file }),
      )
    }
    const refusal = await findProtection(isProtected, target, file)
    if (refusal !== null) throw refusal
    if (target.stats === null || overwrite) return target
    const isOurs =
      target.stats.isFile() && (await written.isUnchanged(target.path, Number(target.stats.size)))
    if (isOurs) return target
    throw new AppError(
      'output-exists',
      msg(
        '{{file}} exists and is not as Labelroom wrote it. Choose another name, or replace it with --overwrite.',
        { file },
      ),
    )
  }

  /** The target may have changed while the output was written; then it is checked once more. */
  const place = async (temporary: string, output: OutputFile, approved: OutputTarget): Promise<void> => {
    let target = approved
    for (let placing = 0; placing < maxPlacings; placing++) {
      if (placeFile(temporary, target)) return
      target = await approve(output)
      if (target.kind !== 'file' || target.path !== approved.path) break
    }
    throw new AppError(
      'output-unwritable',
      msg('{{file}} was changed by another program meanwhile. Try again, or choose another name.', {
        file: output.file,
      }),
    )
  }

  return {
    check: async (output) => {
      await approve(output).catch((error: unknown) => {
        throw toOutputError(error, output.file)
      })
    },
    write: async (output, produce, signal) => {
      try {
        const target = await approve(output)
        if (target.kind === 'stream') return await writeThrough(output.file, produce, signal)
        const isListed = !(await isUnlisted(target.path, unlistedFolder))
        if (isListed) await written.begin(target.path)
        const hash = createHash('sha256')
        let sizeBytes = 0
        const result = await writeFileAtomic(
          target.path,
          ({ handle }) =>
            produce(async (chunk) => {
              hash.update(chunk)
              sizeBytes += Buffer.byteLength(chunk)
              // Not write(), which on a full disk writes a part and reports success.
              await handle.appendFile(chunk)
            }),
          {
            place: async (temporary) => {
              signal?.throwIfAborted()
              await place(temporary, output, target)
            },
          },
        )
        if (isListed) await written.remember({ path: target.path, sizeBytes, sha256: hash.digest('hex') })
        return result
      } catch (error) {
        throw toOutputError(error, output.file)
      }
    },
  }
}

async function isUnlisted(target: string, folder: string | null): Promise<boolean> {
  if (folder === null) return false
  const real = await realpath(folder).catch(() => folder)
  return isInside(libraryPath(target), libraryPath(real))
}

/** How long to wait for a reader that is slower than the output. */
const retryAfterMs = 20

/**
 * Writes into a pipe or a device; a file that was put there meanwhile is not touched. Waits for no program that might
 * read it some day, and for a slow reader without taking a thread.
 */
async function writeThrough<T>(
  file: string,
  produce: (append: Append) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const flags = constants.O_WRONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK)
  await using handle = await open(file, flags).catch((error: unknown) => {
    if (errorCode(error) !== 'ENXIO') throw error
    throw new AppError(
      'output-unwritable',
      msg('No program reads {{file}}. Start the one that does before, or choose a file.', { file }),
      { cause: error },
    )
  })
  if ((await handle.stat()).isFile())
    throw new AppError(
      'output-unwritable',
      msg('{{file}} was changed by another program meanwhile. Try again, or choose another name.', { file }),
    )
  // Awaited, since the handle is closed on return.
  return await produce((chunk) => writeAll(handle, Buffer.from(chunk), signal))
}

async function writeAll(
  handle: FileHandle,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    signal?.throwIfAborted()
    try {
      written += (await handle.write(bytes, written)).bytesWritten
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error
      await setTimeout(retryAfterMs)
    }
  }
}
