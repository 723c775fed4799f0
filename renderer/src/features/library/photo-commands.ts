// What can be done with the photos of the library: the keys, their menu and the native menu run these commands.
import type { CommandHandlers } from '../../commands/registry.ts'
import type { CommandId } from '../../commands/definitions.ts'
import { copiedLabelsOf } from '../../labels/copied-labels.svelte.ts'
import { LabelActions } from '../../labels/label-actions.ts'
import { flagCommands, rate, starCommands } from '../../ratings/rating-actions.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { keywordWritingOf } from '../../state/keyword-writing.svelte.ts'
import { movesOf } from '../../state/moves.svelte.ts'
import type { RatingChange } from '../../state/rating-text.ts'
import type { Library } from './library.svelte.ts'
import { showNear } from './near-photo.ts'
import { showSimilar } from './similar.ts'

/** They act on `library.actionPhotoIds`; what is about one photo, on `library.actionCard`. */
export class PhotoCommands {
  readonly #app: AppState
  readonly #library: Library
  readonly #actions: LabelActions

  constructor(app: AppState, library: Library) {
    this.#app = app
    this.#library = library
    this.#actions = new LabelActions(app)
  }

  readonly reviewTop = (state: 'confirmed' | 'rejected'): void => {
    this.#app.edits.whenIdle(() => void this.#actions.reviewTop(this.#library.actionPhotoIds, state))
  }

  readonly setRating = (change: RatingChange): void => {
    this.#app.edits.whenIdle(() => void rate(this.#app, this.#library.actionPhotoIds, change))
  }

  get handlers(): CommandHandlers {
    const app = this.#app
    const library = this.#library
    const copied = copiedLabelsOf(app)
    const moves = movesOf(app)
    const keywords = keywordWritingOf(app)
    return {
      'grid.copyLabels': () => copied.copy(library.actionCard),
      'grid.pasteLabels': () => app.edits.whenIdle(() => void copied.paste(library.actionPhotoIds)),
      'grid.assignLast': () =>
        app.edits.whenIdle(
          () => void this.#actions.confirmLast(library.actionPhotoIds, library.actionLeftOut),
        ),
      'grid.move': () => app.edits.whenIdle(() => moves.choose(library.actionFileIds)),
      'grid.writeKeywords': () => app.edits.whenIdle(() => void keywords.write(library.actionPhotoIds)),
      'grid.accept': () => this.reviewTop('confirmed'),
      'grid.reject': () => this.reviewTop('rejected'),
      'grid.similar': () => {
        const { photoId = null, name = '' } = library.actionCard ?? {}
        if (photoId !== null) void showSimilar(app, photoId, name)
      },
      'grid.nearHere': () => {
        if (library.actionCard !== undefined) void showNear(app, library.actionCard)
      },
      'grid.reveal': () => {
        if (library.actionCard !== undefined) library.reveal(library.actionCard)
      },
      ...flagCommands(this.setRating),
      ...starCommands(this.setRating),
    }
  }

  /** Whether a command would do something with the photos as they are now. */
  readonly canRun = (id: CommandId): boolean => {
    const library = this.#library
    const card = library.actionCard
    if (card === undefined) return false
    const { count } = library.selection
    const areSeveral = !library.isViewerOpen && count > 1
    const hasPhoto = areSeveral || card.photoId !== null
    const has = (state: string) => card.labels.some((label) => label.state === state)
    if (id === 'grid.reveal' || id === 'grid.move') return true
    if (id === 'grid.copyLabels') return has('confirmed')
    if (id === 'grid.pasteLabels') return hasPhoto && copiedLabelsOf(this.#app).names.length > 0
    if (id === 'grid.accept' || id === 'grid.reject') return areSeveral || has('suggested')
    return hasPhoto
  }
}
