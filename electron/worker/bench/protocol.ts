// The messages between `labelroom bench` and its child process, which measures one part alone.
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
  /** Where `peer` alone lays out the same graph as Transformers.js wants it. */
  peerFolder: z.string(),
})
export type BenchRequest = z.infer<typeof BenchRequest>

/** The child's message when it has loaded, and the one that it waits for. */
export const benchReady = 'ready'
export const benchGo = 'go'

export const BenchReply = z.object({ photos: z.int(), elapsedMs: z.number(), error: z.string().nullable() })
export type BenchReply = z.infer<typeof BenchReply>
