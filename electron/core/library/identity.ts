// What a photo is: the SHA-256 of all its bytes. Read in pieces, so that a big file costs no more memory than a small one.
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { stateOfFile, type FileState } from './file-state.ts'

export interface Identity extends FileState {
  /** SHA-256, 32 bytes. */
  readonly hash: Buffer
}

/** Reading happens on the thread pool; hashing one piece of this size keeps the event loop for less than a millisecond. */
const pieceBytes = 256 * 1024

/** Pieces of memory that no file is being read into now; reused, since a new one per file would outrun the collector. */
const sparePieces: Buffer[] = []

/**
 * Hashes the whole file. Gives null when the file changed meanwhile, so that the hash belongs to no state it ever had.
 * Fails with the error of the file system, or with the reason of the signal.
 */
export async function hashFile(path: string, signal?: AbortSignal): Promise<Identity | null> {
  const piece = sparePieces.pop() ?? Buffer.allocUnsafeSlow(pieceBytes)
  const file = await open(path).catch((error: unknown) => {
    sparePieces.push(piece)
    throw error
  })
  try {
    const before = await file.stat()
    const hash = createHash('sha256')
    let sizeBytes = 0
    for (;;) {
      signal?.throwIfAborted()
      const { bytesRead } = await file.read(piece, 0, pieceBytes, sizeBytes)
      if (bytesRead === 0) break
      hash.update(piece.subarray(0, bytesRead))
      sizeBytes += bytesRead
    }
    const after = await file.stat()
    const isSteady = before.size === sizeBytes && after.size === sizeBytes && after.mtimeMs === before.mtimeMs
    return isSteady ? { hash: hash.digest(), ...stateOfFile(after) } : null
  } finally {
    sparePieces.push(piece)
    await file.close()
  }
}
