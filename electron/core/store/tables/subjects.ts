// SQL for the photos whose annotations count: of the renderings of one image, the one that was there first.

/** The photo whose annotations count for this one: the first rendering of the same image. */
export const subjectOf = (photoId: string): string =>
  `coalesce((SELECT subject_id FROM photo WHERE id = ${photoId}), ${photoId})`

/** The same for @photoIds. */
export const subjectsOfThese =
  'SELECT coalesce(p.subject_id, p.id) FROM json_each(@photoIds) e JOIN photo p ON p.id = e.value'
