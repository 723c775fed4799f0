// What the hub knows of a file before it is downloaded: its commit, its length and its hash.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { AppError } from '../../contract/errors.ts'
import type { Hub } from './hub.ts'
import { retry } from './retry.ts'

export interface HubFile {
  readonly path: string
  readonly url: URL
  /** Full hash of the commit that this file is of. */
  readonly commit: string
  readonly sizeBytes: number
  /** 64 hexadecimal digits: sha256 of the content; 40: git's blob hash. */
  readonly hash: string
}

/** Asks for a file at a commit or branch. Throws AppError. */
export async function describeFile(
  hub: Hub,
  repository: string,
  revision: string,
  path: string,
  signal: AbortSignal,
): Promise<HubFile> {
  const base = hub.options.baseUrl.replace(/\/+$/, '')
  const url = toUrl(`${base}/${repository}/resolve/${revision}/${path}`)
  const subject = `${repository}/${path}`
  const { headers } = await retry(
    () => hub.request({ method: 'HEAD', url, signal, leavesHost: false, subject }),
    { signal, delaysMs: hub.options.retryDelaysMs },
  )
  // Large files live in another store; the X-Linked fields are about them, the others about the pointer.
  const hash = (one(headers['x-linked-etag']) ?? headers.etag)?.replace(/^W\//, '').replaceAll('"', '')
  const size = one(headers['x-linked-size']) ?? headers['content-length']
  const commit = one(headers['x-repo-commit'])
  if (hash === undefined || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash) || !/^\d+$/.test(size ?? ''))
    throw new AppError(
      'hub-failed',
      `${url.host} gives no checksum or no length for ${subject}; is it a hub?`,
    )
  if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit))
    throw new AppError('hub-failed', `${url.host} does not say which commit ${subject} is of; is it a hub?`)
  return { path, url, commit, sizeBytes: Number(size), hash }
}

/** The hash of a file on disk, of the same kind as `like`. */
export async function hashLike(like: string, file: string, sizeBytes: number): Promise<string> {
  const isGitBlob = like.length === 40
  const hash = createHash(isGitBlob ? 'sha1' : 'sha256')
  if (isGitBlob) hash.update(`blob ${sizeBytes}\0`)
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}

function toUrl(text: string): URL {
  try {
    return new URL(text)
  } catch (error) {
    throw new AppError('bad-request', `${text} is no address; correct HF_ENDPOINT.`, { cause: error })
  }
}
