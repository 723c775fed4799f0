// What the bench asks of a child process: one measurement of one part, alone on the machine.
import { z } from 'zod'
import { LoadRequest } from '../../contract/inference.ts'

/**
 * `decode`: our decode alone; `inference`: our model alone on photos decoded before;
 * `peer`: the transformers.js image-classification pipeline, end to end.
 */
export const BenchPart = z.enum(['decode', 'inference', 'peer'])
export type BenchPart = z.infer<typeof BenchPart>

export const BenchRequest = z.object({
  part: BenchPart,
  load: LoadRequest,
  paths: z.array(z.string()),
  /** Folder in the Transformers.js layout with the same graph; used by `peer` alone. */
  peerFolder: z.string(),
})
export type BenchRequest = z.infer<typeof BenchRequest>

/** What the child says when it has loaded, and what it waits for. */
export const benchReady = 'ready'
export const benchGo = 'go'

export const BenchReply = z.object({ photos: z.int(), elapsedMs: z.number(), error: z.string().nullable() })
export type BenchReply = z.infer<typeof BenchReply>
