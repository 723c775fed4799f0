// Metadata of a file on the hub: its commit, length and hash.
import { createHash } from 'node:crypto'
import { openRegular } from '../../../common/open-file.ts'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import type { Hub } from './hub.ts'
import { retry } from './retry.ts'

export interface HubFile {
  readonly path: string
  readonly url: URL
  /** Full hash of the commit of this file. */
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
      msg('{{host}} gives no checksum or no length for {{subject}}; is it a hub?', {
        host: url.host,
        subject,
      }),
    )
  if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit))
    throw new AppError(
      'hub-failed',
      msg('{{host}} does not say which commit {{subject}} is of; is it a hub?', { host: url.host, subject }),
    )
  return { path, url, commit, sizeBytes: Number(size), hash }
}

/** Returns the hash of a file on disk, of the same kind as `like`. */
export async function hashLike(like: string, file: string, sizeBytes: number): Promise<string> {
  const isGitBlob = like.length === 40
  const hash = createHash(isGitBlob ? 'sha1' : 'sha256')
  if (isGitBlob) hash.update(`blob ${sizeBytes}\0`)
  await using handle = (await openRegular(file)).handle
  for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20, autoClose: false }))
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function one(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}

function toUrl(text: string): URL {
  try {
    return new URL(text)
  } catch (error) {
    throw new AppError('bad-request', msg('{{text}} is no address; correct HF_ENDPOINT.', { text }), {
      cause: error,
    })
  }
}
