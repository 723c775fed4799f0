// Goes from the library to the review of what is selected or shown.
import type { AppState } from '../../state/app.svelte.ts'
import type { Library } from './library.svelte.ts'

export function reviewChosen(app: AppState, { choice }: Library): void {
  app.choice = choice
  // These photos, though another review was about labels that are likely wrong.
  app.reviewOrder = 'grid'
  app.screen = 'review'
}
