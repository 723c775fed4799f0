// Whether a file is still the one whose content was identified.
import { stat } from 'node:fs/promises'
import type { InferItem } from '../contract/inference.ts'

/**
 * A result belongs to the content that was identified. A file that was replaced since would give its labels or its
 * picture to the photo that lay there before. Throws with the reason.
 */
export async function checkUnchanged({
  path,
  sizeBytes,
  modifiedAtMs,
}: Pick<InferItem, 'path' | 'sizeBytes' | 'modifiedAtMs'>): Promise<void> {
  const now = await stat(path).catch(() => null)
  if (now?.size !== sizeBytes || now.mtimeMs !== modifiedAtMs)
    throw new Error('The file was changed or moved while it was read; run again.')
}
