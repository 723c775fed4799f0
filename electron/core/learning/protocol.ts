// What the core and its learning threads say to each other. Both are this program, so nothing is parsed.
import type { WireError } from '../../contract/errors.ts'
import type { EmbeddedLibrary } from './context.ts'
import type { LearningCallName } from './tasks/index.ts'

/** What a thread is started with. */
export interface ThreadOptions {
  readonly libraryFile: string
  readonly isReadonly: boolean
  readonly sqliteBinding: string | undefined
}

export type ToThread =
  | {
      readonly type: 'call'
      readonly id: number
      readonly name: LearningCallName
      readonly input: unknown
      /** One number in shared memory; not 0: the call was cancelled. */
      readonly cancelled: Int32Array
      /** Embeddings that are in memory already, which may be out of date. */
      readonly library: EmbeddedLibrary | null
    }
  | { readonly type: 'close' }

export type FromThread =
  | { readonly type: 'done'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: WireError }
  | { readonly type: 'progress'; readonly id: number; readonly step: string; readonly share: number }
  /** Embeddings were read; the arrays are shared memory. */
  | { readonly type: 'loaded'; readonly library: EmbeddedLibrary }
