// The calls by which the user annotates photos.
import { z } from 'zod'
import type { PhotoId } from './domain.ts'
import { ids, LabelName, list } from './bounded.ts'
import { LabelRenames } from './renames.ts'
import { emptyObject, rpc } from './rpc.ts'

/** A label with the number of photos it is on. */
export const LabelCount = z.object({
  name: z.string(),
  confirmed: z.int(),
  suggested: z.int(),
  rejected: z.int(),
})
export type LabelCount = z.infer<typeof LabelCount>

/** A confirmed label with the number of photos that have it, of those that were asked for. */
export const LabelOnPhotos = z.object({ name: z.string(), photos: z.int() })
export type LabelOnPhotos = z.infer<typeof LabelOnPhotos>

/** What a confirmation changed. */
export const Confirmed = z.object({
  /** Photos that did not have the label before. */
  photos: z.int(),
  /** Confirmed labels that it took the place of. */
  removed: z.array(LabelOnPhotos),
})
export type Confirmed = z.infer<typeof Confirmed>

export const labelsContract = {
  /** The user confirms: these photos have this label. Saved at once, never touched by a model. */
  confirm: rpc(
    z.object({
      photoIds: ids<PhotoId>({ min: 1 }),
      name: LabelName,
      /** Removes their other confirmed labels: photos have one label each. */
      isOnly: z.boolean().default(false),
    }),
    Confirmed,
  ),
  /** The user confirms several labels at once, beside those that the photos have. One step of the history. */
  confirmAll: rpc(
    z.object({ photoIds: ids<PhotoId>({ min: 1 }), names: list(LabelName, { min: 1 }) }),
    z.object({ photos: z.int() }),
  ),
  /** The user confirms labels, each of photos of its own. One step of the history. */
  confirmEach: rpc(
    z.object({
      labels: list(z.object({ name: LabelName, photoIds: ids<PhotoId>({ min: 1 }) }), { min: 1 }),
    }),
    z.object({ photos: z.int() }),
  ),
  /**
   * Confirms or rejects the best visible suggestion of each photo, whatever it is; photos without one stay as they are,
   * and so do labels that the user confirmed.
   */
  reviewTop: rpc(
    z.object({
      photoIds: ids<PhotoId>({ min: 1 }),
      state: z.enum(['confirmed', 'rejected']),
    }),
    z.object({ photos: z.int() }),
  ),
  /**
   * Replaces confirmed labels, and those below them, by others on every photo; photos that have both keep the other one.
   * Several may become one. One step of the history. Pins, colours and saved searches follow, and so do they its undo.
   */
  rename: rpc(
    z.object({ renames: list(z.object({ from: z.string().min(1), to: LabelName }), { min: 1 }) }),
    z.object({ photos: z.int(), renamed: LabelRenames }),
  ),
  /** Removes confirmed labels, and those below them, from every photo. One step of the history. */
  remove: rpc(z.object({ names: list(z.string().min(1), { min: 1 }) }), z.object({ photos: z.int() })),
  /** Every label in use, and every class of installed models, by name. */
  list: rpc(emptyObject, z.array(LabelCount)),
  /** The user rejects: these photos do not have this label. No run brings it back. */
  reject: rpc(z.object({ photoIds: ids<PhotoId>({ min: 1 }), name: LabelName }), emptyObject),
  /** Returns the confirmed labels of these photos, those on most of them first. */
  on: rpc(z.object({ photoIds: ids<PhotoId>() }), z.array(LabelOnPhotos)),
  /** Returns the labels that the user confirmed last, the newest first. */
  recent: rpc(z.object({ limit: z.int().min(1).max(100) }), z.array(z.string())),
  /** Removes the annotations of this label; with a state only those. Returns how many photos changed. */
  clear: rpc(
    z.object({
      photoIds: ids<PhotoId>({ min: 1 }),
      name: LabelName,
      state: z.enum(['confirmed', 'rejected']).nullable().default(null),
    }),
    z.object({ photos: z.int() }),
  ),
  /** The user rejects all visible suggestions. Confirmed labels stay. One step of the history. */
  rejectAll: rpc(z.object({ photoIds: ids<PhotoId>({ min: 1 }) }), emptyObject),
  /**
   * What the user said of photos whose image was edited since (`Label.isChanged`) still holds, or is removed. One step
   * of the history.
   */
  resolveChanged: rpc(
    z.object({ photoIds: ids<PhotoId>({ min: 1 }), isKept: z.boolean() }),
    z.object({ photos: z.int() }),
  ),
  /** Removes all annotations of these photos. One step of the history. */
  clearAll: rpc(z.object({ photoIds: ids<PhotoId>({ min: 1 }) }), emptyObject),
} as const
