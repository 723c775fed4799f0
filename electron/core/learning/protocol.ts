// What the core and its learning threads say to each other. Both are this program, so nothing is parsed.
import type { WireError } from '../../contract/errors.ts'
import type { Step } from './algorithms/report.ts'
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
    }
  | { readonly type: 'close' }

export type FromThread =
  | { readonly type: 'done'; readonly id: number; readonly output: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: WireError }
  | { readonly type: 'progress'; readonly id: number; readonly step: Step; readonly share: number }
