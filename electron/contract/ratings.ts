// The calls by which the user gives stars and flags to photos.
import { z } from 'zod'
import { ids } from './bounded.ts'
import { Flag, type PhotoId } from './domain.ts'
import { rpc } from './rpc.ts'

export const ratingsContract = {
  /**
   * Sets the stars or the flag of these photos, whatever their files say; what is missing stays as it is. One step of
   * the history. Files change only when `keywords.write` is asked to.
   */
  set: rpc(
    z
      .object({
        photoIds: ids<PhotoId>({ min: 1 }),
        stars: z.int().min(0).max(5).optional(),
        flag: z.enum([...Flag.options, 'none']).optional(),
      })
      .refine(({ stars, flag }) => stars !== undefined || flag !== undefined, 'give stars or a flag'),
    z.object({ photos: z.int() }),
  ),
} as const
