// SQL for the photos whose annotations count: of the renderings of one image, the one that was there first.

/** The photo whose annotations count for this one: the first rendering of the same image. */
export const subjectOf = (photoId: string): string =>
  `coalesce((SELECT subject_id FROM photo WHERE id = ${photoId}), ${photoId})`

/**
 * Whether a photo has annotations or a rating of its own, or had some: undo and redo write them by the number of the photo, so that
 * one with a past keeps its own.
 */
export const isSubject = (id: string): string =>
  `(EXISTS (SELECT 1 FROM annotation WHERE photo_id = ${id}) OR EXISTS (SELECT 1 FROM history_change WHERE photo_id = ${id})
    OR EXISTS (SELECT 1 FROM photo_rating WHERE photo_id = ${id}) OR EXISTS (SELECT 1 FROM history_rating WHERE photo_id = ${id})
    OR EXISTS (SELECT 1 FROM photo o WHERE o.subject_id = ${id}))`

/** `subjectOf` for @photoIds. */
export const subjectsOfThese =
  'SELECT coalesce(p.subject_id, p.id) FROM json_each(@photoIds) e JOIN photo p ON p.id = e.value'
