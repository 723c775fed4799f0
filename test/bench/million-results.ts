// What million.ts measured, as million-charts.ts reads it.
import { z } from 'zod'

export const MillionResults = z.object({
  /** Of the machine, before each part. */
  loads: z.array(z.number()),
  /** By what was measured; values by the number of files. */
  rows: z.record(z.string(), z.object({ unit: z.string(), values: z.record(z.string(), z.number()) })),
})
export type MillionResults = z.infer<typeof MillionResults>
