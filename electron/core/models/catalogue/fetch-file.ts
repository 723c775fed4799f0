// Downloads one file: resumes a partial one, and moves it into place when its checksum is right.
import { open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../contract/errors.ts'
import { isDiskFull } from '../../../common/errno.ts'
import { msg } from '../../../texts/message.ts'
import type { Hub } from './hub.ts'
import { connectionFailure } from './hub-errors.ts'
import { hashLike, type HubFile } from './hub-file.ts'
import { TransientError, retry } from './retry.ts'

/** Returns how many bytes of the file are in `folder` already, from an earlier attempt. */
export async function bytesPresent(folder: string, file: HubFile): Promise<number> {
  const whole = await sizeOf(path.join(folder, file.path))
  return whole ?? (await sizeOf(partialPath(folder, file))) ?? 0
}

/** Named by the hash, so that a partial file of another version is never resumed. */
export function partialPath(folder: string, { hash }: HubFile): string {
  return path.join(folder, `${hash}.partial`)
}

/**
 * Makes `folder/file.path` the file that the hub described.
 * @param onBytes Called with the number of bytes so far.
 * @throws AppError; a partial file stays for the next attempt, unless its bytes are wrong.
 */
export async function fetchFile(
  hub: Hub,
  file: HubFile,
  folder: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const target = path.join(folder, file.path)
  if ((await sizeOf(target)) === file.sizeBytes && (await isRight(file, target))) {
    onBytes(file.sizeBytes)
    return
  }
  const partial = partialPath(folder, file)
  let present = (await sizeOf(partial)) ?? 0
  const load = async () => {
    present = (await sizeOf(partial)) ?? 0
    if (present > file.sizeBytes) await rm(partial)
    else if (present === file.sizeBytes && present > 0) return
    await append(hub, file, partial, signal, (bytes) => {
      present = bytes
      onBytes(bytes)
    })
  }
  await retry(load, { signal, delaysMs: hub.options.retryDelaysMs, progress: () => present })
  if (!(await isRight(file, partial))) {
    await rm(partial, { force: true })
    throw new AppError(
      'checksum-mismatch',
      msg(
        '{{file}} arrived with other bytes than {{host}} promised and was thrown away. Run the same command again; if it happens again, a proxy on the way changes files.',
        { file: file.path, host: file.url.host },
      ),
    )
  }
  await rename(partial, target)
}

async function append(
  hub: Hub,
  file: HubFile,
  partial: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const start = (await sizeOf(partial)) ?? 0
  const { response } = await hub.request({
    method: 'GET',
    url: file.url,
    signal,
    headers: start === 0 ? {} : { range: `bytes=${start}-` },
    leavesHost: true,
    subject: file.path,
  })
  // A server may ignore the range and send everything.
  const isRest = response.statusCode === 206
  if (isRest && response.headers['content-range']?.startsWith(`bytes ${start}-`) !== true) {
    response.destroy()
    throw new AppError(
      'hub-failed',
      msg('{{host}} sent another part of {{file}} than was asked for.', {
        host: file.url.host,
        file: file.path,
      }),
    )
  }
  let bytes = isRest ? start : 0
  try {
    // Each chunk is on disk before the next one is read, so that the size of the file is always the offset to resume
    // at.
    await using handle = await open(partial, isRest ? 'a' : 'w')
    onBytes(bytes)
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      // The checksum would detect it too, but only after filling the disk.
      if (bytes > file.sizeBytes) throw tooLong(file)
      // Not write(), which on a full disk writes a part and calls it a success.
      await handle.appendFile(chunk)
      onBytes(bytes)
    }
    await handle.sync()
  } catch (error) {
    response.destroy()
    signal.throwIfAborted()
    // Only wrong bytes are an AppError here; they must not be resumed.
    if (error instanceof AppError) await rm(partial, { force: true })
    throw toDownloadError(error, file)
  }
  if (bytes < file.sizeBytes)
    throw connectionFailure(Object.assign(new Error(), { code: 'ECONNRESET' }), file.url)
}

function toDownloadError(error: unknown, file: HubFile): unknown {
  if (!(error instanceof Error) || error instanceof AppError || error instanceof TransientError) return error
  if (isDiskFull(error))
    return new AppError(
      'disk-full',
      msg('The disk became full while {{file}} was downloaded. Free some space.', { file: file.path }),
    )
  const { code = '', syscall } = error as NodeJS.ErrnoException
  // The connection is only read here, so these are about the file.
  if (syscall === 'open' || syscall === 'write')
    return new AppError(
      'output-unwritable',
      msg('{{file}} cannot be written ({{code}}).', { file: file.path, code }),
    )
  return connectionFailure(error, file.url)
}

function tooLong(file: HubFile): AppError {
  return new AppError(
    'checksum-mismatch',
    msg('{{host}} sent more of {{file}} than it promised. Run the same command again.', {
      host: file.url.host,
      file: file.path,
    }),
  )
}

async function isRight(file: HubFile, onDisk: string): Promise<boolean> {
  if ((await sizeOf(onDisk)) !== file.sizeBytes) return false
  return (await hashLike(file.hash, onDisk, file.sizeBytes)) === file.hash
}

async function sizeOf(file: string): Promise<number | null> {
  return (await stat(file).catch(() => null))?.size ?? null
}
