// Reads a file from front to back in large pieces, with jumps; a parser asks it for bytes, or passes them to a hash.
import type { FileHandle } from 'node:fs/promises'
import type { RandomAccess } from '../../common/tiff-reader.ts'
import type { ImageHash } from './image-hash.ts'

/** Reads happen on the thread pool; hashing one piece of this size blocks the event loop for less than a millisecond. */
export const pieceBytes = 256 * 1024

/** Metadata that is held in memory at once: an index of a thousand tiles, a colour profile of a printer. */
const maxIndexBytes = 4 * 1024 * 1024

/** The file ends before what its structure promises. */
export class EndOfFile extends RangeError {}

/** A parser's bound was exceeded: the file is not as any program writes it. */
export class BeyondBounds extends RangeError {}

export class ByteSource implements RandomAccess {
  readonly sizeBytes: number
  readonly #file: FileHandle
  readonly #piece: Buffer
  readonly #signal: AbortSignal | undefined
  /** Where the piece begins in the file, and how much of it is filled. */
  #pieceAt = 0
  #filled = 0
  #position = 0
  /** How many bytes may still be taken: structures that name the same bytes again and again come to an end. */
  #allowance: number

  /** `piece` is used until the caller has closed the file. */
  constructor(file: FileHandle, sizeBytes: number, piece: Buffer, signal: AbortSignal | undefined) {
    this.#file = file
    this.sizeBytes = sizeBytes
    this.#allowance = 2 * sizeBytes + maxIndexBytes
    this.#piece = piece
    this.#signal = signal
  }

  /** The offset of the next byte. */
  get position(): number {
    return this.#position
  }

  seek(position: number): void {
    if (!(position >= 0 && position <= this.sizeBytes)) throw new EndOfFile()
    this.#position = position
  }

  /** Returns the bytes that are in memory at the position, after reading some where there are none; empty at the end. */
  async peek(): Promise<Buffer> {
    const from = this.#position - this.#pieceAt
    if (from >= 0 && from < this.#filled) return this.#piece.subarray(from, this.#filled)
    this.#signal?.throwIfAborted()
    const { bytesRead } = await this.#file.read(this.#piece, 0, this.#piece.length, this.#position)
    this.#pieceAt = this.#position
    this.#filled = bytesRead
    return this.#piece.subarray(0, bytesRead)
  }

  /** Takes some bytes off the allowance, also for work that is done in memory. Fails with BeyondBounds. */
  spend(count: number): void {
    this.#allowance -= count
    if (this.#allowance < 0) throw new BeyondBounds()
  }

  /**
   * Returns the next bytes where they are in memory, without a copy: they hold until the next call that may read. Null
   * where they are not. Awaiting `bytes` for each segment of a photo would take as long as hashing a tenth of it.
   */
  held(count: number): Buffer | null {
    const from = this.#position - this.#pieceAt
    if (from < 0 || from + count > this.#filled) return null
    this.spend(count)
    this.#position += count
    return this.#piece.subarray(from, from + count)
  }

  /** Returns the next bytes as a copy, at most 4 MB. Fails with EndOfFile or BeyondBounds. */
  async bytes(count: number): Promise<Buffer> {
    if (count > maxIndexBytes) throw new BeyondBounds()
    this.spend(count)
    if (count > this.sizeBytes - this.#position) throw new EndOfFile()
    const result = Buffer.allocUnsafe(count)
    for (let done = 0; done < count;) {
      const available = await this.peek()
      if (available.length === 0) throw new EndOfFile()
      const copied = available.copy(result, done, 0, count - done)
      done += copied
      this.#position += copied
    }
    return result
  }

  /** The bytes from an offset on; as `bytes` does. */
  read = (offset: number, count: number): Promise<Buffer> => {
    this.seek(offset)
    return this.bytes(count)
  }

  /** The same for a block of metadata, without which the file is still a photo: null where it is longer than that. */
  async block(count: number): Promise<Buffer | null> {
    return count > maxIndexBytes ? null : this.bytes(count)
  }

  /** Moves on by `count` bytes; hashes them where there is a hash. Fails with EndOfFile. */
  async pass(count: number, hash: ImageHash | null = null): Promise<void> {
    if (!(count >= 0 && count <= this.sizeBytes - this.#position)) throw new EndOfFile()
    if (hash?.isNeeded !== true) {
      this.#position += count
      return
    }
    this.spend(count)
    for (let left = count; left > 0;) {
      const available = await this.peek()
      if (available.length === 0) throw new EndOfFile()
      const part = available.length > left ? available.subarray(0, left) : available
      hash.update(part)
      left -= part.length
      this.#position += part.length
    }
  }
}
