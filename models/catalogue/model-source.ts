// The provenance file in a downloaded model's folder: its entry of the catalogue, and the hub's list of its files.
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../checkpoint/files.ts'

export const sourceFile = 'labelroom.json'

export const ModelSource = z.object({
  /** The id in the catalogue; the model's name. */
  id: z.string().min(1),
  title: z.string(),
  repository: z.string(),
  /** The commit that the hub resolved; never a branch. */
  revision: z.string(),
  licence: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      sizeBytes: z.int().nonnegative(),
      /** 64 hexadecimal digits: sha256 of the file; 40: git's blob hash of it. */
      hash: z.string(),
    }),
  ),
})
export type ModelSource = z.infer<typeof ModelSource>

/** Null for a folder that was not downloaded. @throws ModelError `model-invalid` for a damaged file. */
export function readModelSource(folder: string): Promise<ModelSource | null> {
  return readJson(join(folder, sourceFile), ModelSource)
}
