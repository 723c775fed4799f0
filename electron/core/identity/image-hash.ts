// The hash of coded image data, which can go back to where it was; or none, where only the rest of a file is wanted.
import { createHash, type Hash } from 'node:crypto'

export class ImageHash {
  /** False: nothing is hashed, and parsers jump over the image. */
  readonly isNeeded: boolean
  #hash: Hash = createHash('sha256')
  #marked: Hash | null = null

  constructor(isNeeded = true) {
    this.isNeeded = isNeeded
  }

  update(bytes: string | Buffer): this {
    if (this.isNeeded) this.#hash.update(bytes)
    return this
  }

  /** Notes this place, at the cost of some microseconds. */
  mark(): void {
    this.#marked = this.#hash.copy()
  }

  /** Forgets what came after the last mark. */
  rewind(): void {
    if (this.#marked !== null) this.#hash = this.#marked
    this.#marked = null
  }

  digest(): Buffer {
    return this.#hash.digest()
  }
}

/** What is given to it goes to both hashes. */
export class TwoHashes extends ImageHash {
  readonly #hashes: readonly [ImageHash, ImageHash]

  constructor(...hashes: [ImageHash, ImageHash]) {
    super(hashes[0].isNeeded)
    this.#hashes = hashes
  }

  override update(bytes: string | Buffer): this {
    for (const hash of this.#hashes) hash.update(bytes)
    return this
  }
}
