// What labels are called from now on, for what asks for them by their names, such as a filter.
import { z } from 'zod'

/** By the name until now; several names where a merge was taken back. Labels that keep their name are left out. */
export const Renamed = z.array(z.object({ name: z.string(), names: z.array(z.string()) }))
export type Renamed = z.infer<typeof Renamed>

export const LabelRenames = z.object({
  /** Labels of the user. */
  confirmed: Renamed,
  /** What models suggest, by the rules. */
  suggested: Renamed,
})
export type LabelRenames = z.infer<typeof LabelRenames>
