// What the keys do in the review. Letters that are no command start the search for a label.
import type { AppState } from '../../state/app.svelte.ts'
import type { Finder } from './finder.svelte.ts'
import type { ReviewSession } from './review-session.svelte.ts'

/** Listens until the returned function is called. */
export function reviewKeys(app: AppState, session: ReviewSession, finder: Finder): () => void {
  const onPhoto = (act: () => void) => () => session.whenSaved(act)
  const take = (name: string): boolean => {
    if (/^[1-9]$/.test(name)) {
      onPhoto(() => session.pressDigit(Number(name)))()
      return session.isOnPhoto
    }
    if (!session.isOnPhoto) return false
    if (!/^\p{L}$/u.test(name)) return false
    finder.open(name.toLowerCase())
    return true
  }
  return app.keymap.listen(
    {
      'review.accept': onPhoto(() => session.accept()),
      'review.reject': onPhoto(() => session.reject()),
      'review.next': onPhoto(session.next),
      'review.previous': () => app.edits.afterMoves(session.previous, session.isSaving),
      'review.choiceDown': onPhoto(() => session.choose(1)),
      'review.choiceUp': onPhoto(() => session.choose(-1)),
      'review.nextUnlabelled': onPhoto(() => void session.nextOpen()),
      'review.clear': onPhoto(() => session.clear()),
      'review.find': onPhoto(() => finder.open('')),
      'review.autoAdvance': () => void app.changeSettings({ isAutoAdvance: !app.settings.isAutoAdvance }),
      'review.close': () => {
        app.screen = 'library'
      },
    },
    take,
  )
}

/**
 * The keys belong to the photo: the screen has the focus when it opens, and takes it back from a control that was
 * clicked. One that was reached by keys keeps it.
 */
export function holdKeys(screen: HTMLElement): () => void {
  const takeBack = () => {
    const active = document.activeElement
    if (active !== null && screen.contains(active) && !active.matches(':focus-visible')) screen.focus()
  }
  screen.focus()
  screen.addEventListener('click', takeBack)
  screen.addEventListener('change', takeBack)
  return () => {
    screen.removeEventListener('click', takeBack)
    screen.removeEventListener('change', takeBack)
  }
}
