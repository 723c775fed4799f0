// Where the user is: the screen and the dialog that show, and which photos those are about.
import type { FileId } from '../../../electron/contract/domain.ts'
import { allPhotos, type PhotoScope } from './photo-scope.ts'

export type Screen = 'library' | 'review' | 'learn' | 'models' | 'settings'
export type LearnTab = 'heads' | 'groups' | 'map'
export type DialogName =
  'label' | 'import' | 'export' | 'keywords' | 'write-keywords' | 'rules' | 'shortcuts' | 'about' | 'labels'
/** `grid`: as the library shows them. `useful`: what a head would learn most from. `label-issues`: confirmed labels that are likely wrong. */
export type ReviewOrder = 'grid' | 'uncertainty' | 'useful' | 'label-issues' | 'changed'

export interface ReviewRequest {
  readonly order: ReviewOrder
  readonly scope: PhotoScope
}

export interface OpenDialog {
  readonly name: DialogName
  readonly scope: PhotoScope
}

export class Navigation {
  #screen = $state<Screen>('library')
  #dialog = $state.raw<OpenDialog | null>(null)
  #libraryRequest = $state.raw<PhotoScope | null>(null)
  #reviewOrder: ReviewOrder = 'grid'
  #scope: PhotoScope = allPhotos
  #scopeSource: (() => PhotoScope) | null = null
  /** The photo that a review in the library's order was left at; the library goes on there. */
  reviewedFile = $state.raw<FileId | null>(null)
  /** The part of the learning screen that shows, or will when it is opened. */
  learnTab = $state<LearnTab>('heads')

  get screen(): Screen {
    return this.#screen
  }

  get dialog(): OpenDialog | null {
    return this.#dialog
  }

  /** The photos with which the library was opened, an object of its own each time; null where it shows what it did before. */
  get libraryRequest(): PhotoScope | null {
    return this.#libraryRequest
  }

  /** What the review was opened with last. */
  get reviewRequest(): ReviewRequest {
    return { order: this.#reviewOrder, scope: this.photoScope }
  }

  /** The photos that a dialog or a review is about unless it is opened with others: those of the screen that showed last. */
  get photoScope(): PhotoScope {
    return this.#scopeSource?.() ?? this.#scope
  }

  /** Says otherwise what the photos are that a screen which is gone was about. */
  describeScope(change: (scope: PhotoScope) => PhotoScope): void {
    this.#scope = change(this.#scope)
  }

  /** Shows a screen as it was left. */
  open(screen: Screen): void {
    this.#libraryRequest = null
    this.#screen = screen
  }

  /** Shows these photos in the library. */
  openLibrary(scope: PhotoScope): void {
    this.#libraryRequest = { ...scope }
    this.#screen = 'library'
  }

  /** Reviews these photos in this order. */
  openReview(order: ReviewOrder, scope: PhotoScope = allPhotos): void {
    this.#reviewOrder = order
    this.#scope = scope
    this.#scopeSource = null
    this.open('review')
  }

  openLearn(tab: LearnTab): void {
    this.learnTab = tab
    this.open('learn')
  }

  openDialog(name: DialogName, scope: PhotoScope = this.photoScope): void {
    this.#dialog = { name, scope }
  }

  closeDialog(): void {
    this.#dialog = null
  }

  /** Makes `photoScope` follow a screen until the returned function is called; after that it stays as it was last. */
  followScope(source: () => PhotoScope): () => void {
    this.#scopeSource = source
    return () => {
      if (this.#scopeSource !== source) return
      this.#scope = source()
      this.#scopeSource = null
    }
  }
}
