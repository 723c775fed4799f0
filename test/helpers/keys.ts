// Keys of photos that no test ever reads: like those of a file without a format, which is identified by its bytes.
import { noFacts } from '../../electron/core/identity/image-data.ts'
import type { KeyedPhoto } from '../../electron/core/store/tables/photos-identify.ts'

export const keysOf = (hash: Uint8Array, sizeBytes = 10): KeyedPhoto => ({
  identity: hash,
  rendering: hash,
  earlier: null,
  facts: noFacts,
  wholeHash: hash,
  sizeBytes,
})
