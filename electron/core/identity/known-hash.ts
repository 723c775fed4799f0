// The SHA-256 of all bytes of a file, which is read for it where it is not known: photos are their images otherwise.
import { isSameStamp } from '../../common/file-stamp.ts'
import type { Store } from '../store/db.ts'
import { readKeys } from './read-keys.ts'

/** Returns 64 hexadecimal digits; null where the file cannot be read, or was changed since it was scanned. */
export async function knownHash(store: Store, path: string, signal?: AbortSignal): Promise<string | null> {
  const file = store.files.find(path)
  if (file === null) return null
  const known = store.files.hashOf(path)
  if (known !== null) return Buffer.from(known).toString('hex')
  const keys = await readKeys(file, { needsWholeHash: true, signal }).catch(() => null)
  signal?.throwIfAborted()
  const hash = keys?.wholeHash ?? null
  if (keys === null || hash === null || !isSameStamp(file, keys)) return null
  store.files.setHash(path, hash)
  return hash.toString('hex')
}
