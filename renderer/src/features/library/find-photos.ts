// Shows the photos that suit a sentence best, the best first.
import { noSimilarities } from '../../navigation/photo-scope.ts'
import type { AppState } from '../../state/app.svelte.ts'

const howMany = 200

export async function findPhotos(app: AppState, sentence: string): Promise<void> {
  const found = await app.attempt(() => app.api.words.find({ text: sentence, limit: howMany }))
  if (found === null) return
  app.navigation.openLibrary({
    filter: {},
    photoIds: found.map(({ photoId }) => photoId),
    given: { title: () => `“${sentence}”`, similarities: noSimilarities },
  })
}
