// Resolves what an output would really replace: the file behind links, in the real path of its folder.
import type { BigIntStats } from 'node:fs'
import { lstat, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from '../../common/errno.ts'

export interface OutputTarget {
  /** `stream`: a pipe, a terminal, /dev/null; it is written to, and nothing is replaced. */
  readonly kind: 'file' | 'folder' | 'stream'
  /** Of a file: the real path of its folder, without links, with its name. */
  readonly path: string
  /** What exists there now, possibly a broken link; null where nothing does. */
  readonly stats: BigIntStats | null
}

/** Throws the error of the file system where the folder is missing or not accessible. */
export async function findTarget(file: string): Promise<OutputTarget> {
  const followed = await stat(file, { bigint: true }).catch(() => null)
  if (followed?.isFile() === false)
    return { kind: followed.isDirectory() ? 'folder' : 'stream', path: file, stats: followed }
  const real = followed === null ? null : await realpath(file).catch(() => null)
  const resolved = real ?? path.join(await realpath(path.dirname(file)), path.basename(file))
  return { kind: 'file', path: resolved, stats: await lstatOrNull(resolved) }
}

async function lstatOrNull(file: string): Promise<BigIntStats | null> {
  try {
    return await lstat(file, { bigint: true })
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}
