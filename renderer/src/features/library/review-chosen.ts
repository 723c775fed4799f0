// Goes from the library to the review of what is selected or shown.
import type { AppState } from '../../state/app.svelte.ts'
import type { Library } from './library.svelte.ts'

export function reviewChosen(app: AppState, library: Library): void {
  const { selection, choice } = library
  // One selected photo is where a person looked last, and nothing to review by itself.
  app.choice = selection.count > 1 ? choice : { ...choice, photoIds: null }
  app.screen = 'review'
}
