// The note in a dataset that Labelroom wrote, from which an import learns what the folders mean.
import { z } from 'zod'
import { SplitName } from '../../contract/exports.ts'

export const noteFile = 'labelroom-dataset.json'
/** The other files that lie at the top of every dataset. */
export const classesFile = 'classes.txt'
export const filesTable = 'labelroom-files.csv'

export const DatasetNote = z.object({
  format: z.string(),
  /** Folders between the dataset and its class folders; empty where it is not divided. */
  splits: z.array(SplitName),
  classes: z.array(
    z.object({ name: z.string().refine((name) => name.trim() !== '', 'empty label'), folder: z.string() }),
  ),
})
export type DatasetNote = z.infer<typeof DatasetNote>
