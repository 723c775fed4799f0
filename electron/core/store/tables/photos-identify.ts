// Finds the photo that a file holds by its identity and rendering key, or makes it; see docs/decisions/0042.
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import { likenessOf, shotOf, type FoundPhoto } from '../../domain/likeness.ts'
import type { Db } from '../sqlite/connection.ts'
import { createCarry } from './annotations-carry.ts'
import { isSubject } from './subjects.ts'

/** What was read of a file. */
export interface KeyedPhoto {
  /** SHA-256 of the coded image, 32 bytes. */
  readonly identity: Uint8Array
  /** SHA-256 of the identity and of all else that changes the pixels, 32 bytes. */
  readonly rendering: Uint8Array
  /** Both as an earlier Labelroom read them; null where they were the same. */
  readonly earlier: { readonly identity: Uint8Array; readonly rendering: Uint8Array } | null
  readonly facts: FoundPhoto
  /** Of all bytes; null where no photo was waiting for it. */
  readonly wholeHash: Uint8Array | null
  readonly sizeBytes: number
}

const Row = z.object({ id: PhotoId })
const Rendering = z.object({ id: PhotoId, subjectId: PhotoId, isSame: z.int() })
type Rendering = z.infer<typeof Rendering>
const EarlierRow = z.object({
  subjectId: PhotoId,
  isLearned: z.int(),
  shot: z.string().nullable(),
  widthPx: z.int().nullable(),
  heightPx: z.int().nullable(),
  takenAtMs: z.int().nullable(),
})

const keyValues = ({ identity, rendering, facts }: KeyedPhoto) => ({
  identity,
  rendering,
  shot: shotOf(facts),
  widthPx: facts.widthPx,
  heightPx: facts.heightPx,
  isTurned: facts.isTurned ? 1 : 0,
})

export function createPhotoIdentities(db: Db) {
  const renderings = db.query(
    `SELECT id, coalesce(subject_id, id) AS subjectId, rendering = @rendering AS isSame
     FROM photo WHERE identity = @identity ORDER BY id`,
    Rendering,
  )
  const insert = db.query(
    `INSERT INTO photo (content_hash, size_bytes, identity, rendering, subject_id, shot, coded_width_px, coded_height_px, is_turned)
     VALUES (@rendering, 0, @identity, @rendering, @subjectId, @shot, @widthPx, @heightPx, @isTurned) RETURNING id`,
    Row,
  )
  const renew = db.command(
    `UPDATE photo SET identity = @identity, rendering = @rendering
     WHERE identity = @earlierIdentity AND rendering = @earlierRendering`,
  )
  const earlier = db.query(
    `SELECT coalesce(subject_id, id) AS subjectId, identity IS NOT NULL AS isLearned, shot,
       coalesce(coded_width_px, width_px) AS widthPx, coalesce(coded_height_px, height_px) AS heightPx,
       taken_at_ms AS takenAtMs
     FROM photo WHERE id = @id`,
    EarlierRow,
  )
  const { learn, ...unlearned } = createUnlearned(db)
  const carry = createCarry(db)

  const add = (keyed: KeyedPhoto, subjectId: PhotoId | null): PhotoId => {
    const photo = insert.get({ ...keyValues(keyed), subjectId })
    if (photo === null) throw new Error('INSERT gave no id')
    return photo.id
  }

  /** Makes a photo of an image that is nowhere in the library, at a path where another one was. */
  const addAt = (keyed: KeyedPhoto, before: PhotoId | null): PhotoId => {
    const row = before === null ? null : earlier.get({ id: before })
    if (row === null) return add(keyed, null)
    const likeness = likenessOf({ ...row, isLearned: row.isLearned === 1 }, keyed.facts)
    if (likeness === 'same') return add(keyed, row.subjectId)
    const photoId = add(keyed, null)
    if (likeness === 'edited') carry(row.subjectId, photoId)
    return photoId
  }

  const findAll = ({ identity, rendering }: Pick<KeyedPhoto, 'identity' | 'rendering'>): Rendering[] =>
    renderings.all({ identity, rendering })
  /** Returns the renderings of an image, which take its keys of now where they have earlier ones. */
  const renewed = (keyed: KeyedPhoto): Rendering[] => {
    const found = findAll(keyed)
    if (found.length > 0 || keyed.earlier === null) return found
    const { identity, rendering, earlier: known } = keyed
    const keys = { earlierIdentity: known.identity, earlierRendering: known.rendering }
    return renew({ identity, rendering, ...keys }) === 0 ? found : findAll(keyed)
  }

  return {
    ...unlearned,
    learn,
    /**
     * Returns the photo of a file, which is made when it is new; `before` is the photo that was known at the same path.
     * The image decides: first the same pixels, then the same image, which shares the annotations. An image that is
     * nowhere else may be that of `before`, edited: then it takes along the annotations, marked as of an earlier image.
     */
    identify: (keyed: KeyedPhoto, before: PhotoId | null): PhotoId =>
      db.transaction(() => {
        const same = renewed(keyed)
        const equal = same.filter(({ isSame }) => isSame === 1)
        const here = (photos: readonly Rendering[]) => photos.find(({ id }) => id === before)
        const [first] = same
        const known = here(equal)?.id ?? unlearned.findUnlearned(keyed) ?? equal[0]?.id
        if (known !== undefined) {
          learn(known, keyed)
          return known
        }
        return first === undefined ? addAt(keyed, before) : add(keyed, (here(same) ?? first).subjectId)
      }),
    /** Returns a photo with this image, whatever its rendering; null where there is none. */
    findByImage: (keyed: KeyedPhoto): PhotoId | null =>
      findAll(keyed)[0]?.id ??
      (keyed.earlier === null ? undefined : findAll(keyed.earlier)[0]?.id) ??
      unlearned.findUnlearned(keyed) ??
      null,
  }
}

/** Photos from before there were identities: only the SHA-256 of a file tells them until one of their files is read. */
function createUnlearned(db: Db) {
  const anyOfSize = db.query(
    'SELECT id FROM photo WHERE identity IS NULL AND size_bytes = @sizeBytes LIMIT 1',
    Row,
  )
  const isUnlearned = db.query('SELECT id FROM photo WHERE id = @id AND identity IS NULL', Row)
  const find = db.query(
    'SELECT id FROM photo WHERE content_hash = @hash AND size_bytes = @sizeBytes AND identity IS NULL',
    Row,
  )
  const setKeys = db.command(
    `UPDATE photo SET identity = @identity, rendering = @rendering, shot = @shot, coded_width_px = @widthPx,
       coded_height_px = @heightPx, is_turned = @isTurned
     WHERE id = @id AND identity IS NULL`,
  )
  const joinOthers = db.command(
    `UPDATE photo SET subject_id = (
       SELECT coalesce(o.subject_id, o.id) FROM photo o WHERE o.identity = @identity AND o.id <> @id ORDER BY o.id LIMIT 1)
     WHERE id = @id AND subject_id IS NULL AND NOT ${isSubject('@id')}`,
  )
  const joinThis = db.command(
    `UPDATE photo SET subject_id = coalesce((SELECT subject_id FROM photo WHERE id = @id), @id)
     WHERE identity = @identity AND id <> @id AND subject_id IS NULL AND NOT ${isSubject('photo.id')}
       AND id <> coalesce((SELECT subject_id FROM photo WHERE id = @id), 0)`,
  )

  return {
    /** Whether a photo may have to be identified by the SHA-256 of a file of this size. */
    hasUnlearned: (sizeBytes: number): boolean => anyOfSize.get({ sizeBytes }) !== null,
    isUnlearned: (id: PhotoId): boolean => isUnlearned.get({ id }) !== null,
    findUnlearned: ({ wholeHash, sizeBytes }: KeyedPhoto): PhotoId | undefined =>
      wholeHash === null ? undefined : find.get({ hash: wholeHash, sizeBytes })?.id,
    /**
     * Saves the keys of a photo that had none, and lets it share annotations with the other renderings of its image:
     * those of whichever has any. Where both have some, each keeps its own.
     */
    learn: (id: PhotoId, keyed: KeyedPhoto): void => {
      db.transaction(() => {
        if (setKeys({ id, ...keyValues(keyed) }) === 0) return
        joinOthers({ id, identity: keyed.identity })
        joinThis({ id, identity: keyed.identity })
      })
    },
  }
}
