// Which part of a folder a file belongs to, where several machines label it together.
import { createHash } from 'node:crypto'
import { formatOfName } from '../../contract/formats.ts'
import type { Shard } from '../../contract/jobs.ts'
import { isVideoName } from './companions.ts'

/** Bytes of the hash that are read as one number; the most that are exact. */
const hashBytes = 6

/**
 * Returns the name that all files of one shot share: `a.jpg`, `a.cr3`, `a.mov`, `a.xmp` and `a.jpg.xmp` have `a`. Composed
 * accents, since not every system that shows the folder writes them in the same way.
 */
function shotName(relativePath: string): string {
  const path = relativePath.normalize('NFC')
  const isSidecar = /\.xmp$/i.test(path)
  const name = isSidecar ? path.slice(0, -'.xmp'.length) : path
  const dot = name.lastIndexOf('.')
  const hasEnding = dot > name.lastIndexOf('/') + 1
  if (!hasEnding || (isSidecar && formatOfName(name) === null && !isVideoName(name))) return name
  return name.slice(0, dot)
}

/**
 * Returns the number of the shard, from 1, that a file belongs to by its path below the folder, `/`-separated. It depends on
 * nothing else: the first six bytes of the SHA-256 of the name of its shot, modulo the number of shards.
 */
export const shardOf = (relativePath: string, count: number): number =>
  (createHash('sha256').update(shotName(relativePath)).digest().readUIntBE(0, hashBytes) % count) + 1

/** Returns whether a path below the folder is in the shard; null: every one is. */
export function shardFilter(folder: string, shard: Shard | null): (path: string) => boolean {
  if (shard === null) return () => true
  const start = folder.endsWith('/') ? folder.length : folder.length + 1
  return (path) => shardOf(path.slice(start), shard.count) === shard.index
}
