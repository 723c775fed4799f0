// Downloads one file: goes on from what is there, and puts it in its place when its checksum is right.
import { open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { Hub } from './hub.ts'
import { connectionFailure } from './hub-errors.ts'
import { hashLike, type HubFile } from './hub-file.ts'
import { PassingFailure, retry } from './retry.ts'

/** Bytes of the file that lie in `folder` already, from an earlier try. */
export async function bytesPresent(folder: string, file: HubFile): Promise<number> {
  const whole = await sizeOf(path.join(folder, file.path))
  return whole ?? (await sizeOf(partialPath(folder, file))) ?? 0
}

/** Named by the hash: what another version left behind is never gone on with. */
export function partialPath(folder: string, { hash }: HubFile): string {
  return path.join(folder, `${hash}.partial`)
}

/**
 * Makes `folder/file.path` the file that the hub described.
 * @param onBytes called with the bytes that are there so far.
 * @throws AppError; what was loaded stays for the next try, except for wrong bytes.
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
      `${file.path} arrived with other bytes than ${file.url.host} promised and was thrown away. Run the same command again; if it happens again, a proxy on the way changes files.`,
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
    throw new AppError('hub-failed', `${file.url.host} sent another part of ${file.path} than was asked for.`)
  }
  let bytes = isRest ? start : 0
  try {
    // Each piece is on disk before the next one is read, so that the size of the file always says where to go on.
    await using handle = await open(partial, isRest ? 'a' : 'w')
    onBytes(bytes)
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      // The checksum would find it out too, but only when the disk is full.
      if (bytes > file.sizeBytes) throw tooLong(file)
      // Not write(), which on a full disk writes a part and calls it a success.
      await handle.appendFile(chunk)
      onBytes(bytes)
    }
    await handle.sync()
  } catch (error) {
    response.destroy()
    signal.throwIfAborted()
    // Only wrong bytes are an AppError here; nobody should go on from them.
    if (error instanceof AppError) await rm(partial, { force: true })
    throw toDownloadError(error, file)
  }
  if (bytes < file.sizeBytes)
    throw connectionFailure(Object.assign(new Error(), { code: 'ECONNRESET' }), file.url)
}

function toDownloadError(error: unknown, file: HubFile): unknown {
  if (!(error instanceof Error) || error instanceof AppError || error instanceof PassingFailure) return error
  const { code = '' } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC')
    return new AppError(
      'disk-full',
      `The disk became full while ${file.path} was downloaded. Free some space.`,
    )
  const { syscall } = error as NodeJS.ErrnoException
  // The connection is only read here, so these are about the file.
  if (syscall === 'open' || syscall === 'write')
    return new AppError('output-unwritable', `${file.path} cannot be written (${code}).`)
  return connectionFailure(error, file.url)
}

function tooLong(file: HubFile): AppError {
  return new AppError(
    'checksum-mismatch',
    `${file.url.host} sent more of ${file.path} than it promised. Run the same command again.`,
  )
}

async function isRight(file: HubFile, onDisk: string): Promise<boolean> {
  if ((await sizeOf(onDisk)) !== file.sizeBytes) return false
  return (await hashLike(file.hash, onDisk, file.sizeBytes)) === file.hash
}

async function sizeOf(file: string): Promise<number | null> {
  return (await stat(file).catch(() => null))?.size ?? null
}
