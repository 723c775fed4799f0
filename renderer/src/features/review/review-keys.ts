// What the keys do in the review. Letters start the search for a label, unless the user made them commands.
import type { AppState } from '../../state/app.svelte.ts'
import { letterKeysOfReview } from '../../commands/key-conflicts.ts'
import { letterOf } from '../../commands/key-name.ts'
import { t } from '../../i18n/i18n.svelte.ts'
import { keywordWritingOf } from '../../state/keyword-writing.svelte.ts'
import type { StageZoom } from '../../ui/stage-zoom.svelte.ts'
import type { Finder } from './finder.svelte.ts'
import type { ReviewSession } from './review-session.svelte.ts'

/** Listens until the returned function is called. */
export function reviewKeys(
  app: AppState,
  session: ReviewSession,
  finder: Finder,
  zoom: StageZoom,
): () => void {
  const keywords = keywordWritingOf(app)
  const onPhoto = (act: () => void) => () => session.whenSaved(act)
  const take = (name: string): boolean => {
    if (/^[1-9]$/.test(name)) {
      onPhoto(() => session.pressDigit(Number(name)))()
      return session.isOnPhoto
    }
    const recent = /^Shift\+([1-9])$/.exec(name)?.[1]
    if (recent !== undefined) {
      onPhoto(() => session.pressRecent(Number(recent)))()
      return session.isOnPhoto
    }
    const letter = letterOf(name)
    // What is typed while the photos load is a word, too; its field shows with the first photo, and Enter means it then.
    if (letter === null || !(session.isOnPhoto || session.status === 'loading')) return false
    finder.open(finder.isOpen ? finder.typed + letter : letter)
    return true
  }
  const nextOpen = () => void session.nextOpen()
  return app.commands.register(
    {
      'review.accept': onPhoto(() => session.accept()),
      'review.reject': onPhoto(() => session.reject()),
      'review.next': onPhoto(session.next),
      'review.previous': () => app.edits.whenIdle(session.previous, session.isSaving),
      'review.choiceDown': onPhoto(() => session.choose(1)),
      'review.choiceUp': onPhoto(() => session.choose(-1)),
      // At the end, too: it goes on with what was left out.
      'review.nextUnlabelled': () => (session.isFinished ? nextOpen() : onPhoto(nextOpen)()),
      'review.clear': onPhoto(() => session.clear()),
      'review.zoom': onPhoto(() => zoom.toggle()),
      'review.find': onPhoto(() => finder.open('')),
      'review.autoAdvance': () => void app.changeSettings({ isAutoAdvance: !app.settings.isAutoAdvance }),
      'grid.writeKeywords': onPhoto(() => {
        const photoId = session.card?.photoId ?? null
        if (photoId !== null) void keywords.write([photoId])
      }),
      'review.close': () => {
        app.navigation.open('library')
      },
    },
    take,
    (id) => id !== 'grid.writeKeywords' || session.isOnPhoto,
  )
}

/** Tells once of the user's own keys that are letters, since the words that begin with them cannot be typed at once. */
export function tellOfLetterKeys(app: AppState): void {
  const { keys, isLetterKeysNoted } = app.settings
  const letters = letterKeysOfReview(keys)
  if (letters.length === 0 || isLetterKeysNoted) return
  void app.changeSettings({ isLetterKeysNoted: true })
  app.toasts.notice(() => t('review.letterKeys', { keys: letters.join(t('common.comma')) }), {
    label: () => t('settings.changeKeys'),
    run: () => {
      app.navigation.open('settings')
    },
  })
}

/**
 * The keys belong to the photo: the screen has the focus when it opens, and takes it back from a control that was
 * clicked. One that was reached by keys keeps it.
 */
export function holdKeys(screen: HTMLElement): () => void {
  const returnFocus = () => {
    const active = document.activeElement
    if (active !== null && screen.contains(active) && !active.matches(':focus-visible')) screen.focus()
  }
  screen.focus()
  screen.addEventListener('click', returnFocus)
  screen.addEventListener('change', returnFocus)
  return () => {
    screen.removeEventListener('click', returnFocus)
    screen.removeEventListener('change', returnFocus)
  }
}
