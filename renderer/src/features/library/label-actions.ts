// What a person says of the selected photos, each as one step that can be taken back.
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import type { Library } from './library.svelte.ts'

/** The selection, or the photo where the keyboard stands. */
export function actedOn(library: Library): PhotoId[] {
  const { selection } = library
  if (selection.count > 0) return [...selection.photoIds]
  const photoId = library.card(selection.cursor)?.photoId
  return photoId == null ? [] : [photoId]
}

export class LabelActions {
  readonly #app: AppState

  constructor(app: AppState) {
    this.#app = app
  }

  async confirm(photoIds: readonly PhotoId[], name: string): Promise<boolean> {
    if (photoIds.length === 0) return false
    const { api } = this.#app
    const isOnly = this.#isOnly
    const done = await this.#app.edit(() => api.labels.confirm({ photoIds: [...photoIds], name, isOnly }))
    if (done === null) return false
    this.#say(t('library.done.confirmed', { name, ...counted(photoIds.length) }))
    return true
  }

  async reject(photoIds: readonly PhotoId[], name: string): Promise<void> {
    const done = await this.#app.edit(() => this.#app.api.labels.reject({ photoIds: [...photoIds], name }))
    if (done !== null) this.#say(t('library.done.rejected', { name, ...counted(photoIds.length) }))
  }

  async clear(photoIds: readonly PhotoId[], name: string): Promise<void> {
    const done = await this.#app.edit(() => this.#app.api.labels.clear({ photoIds: [...photoIds], name }))
    if (done !== null) this.#say(t('library.done.cleared', { name, ...counted(photoIds.length) }))
  }

  /** Accepts or rejects the best suggestion of each photo. */
  async judgeBest(photoIds: readonly PhotoId[], state: 'confirmed' | 'rejected'): Promise<void> {
    if (photoIds.length === 0) return
    const { api } = this.#app
    const isOnly = this.#isOnly
    const done = await this.#app.edit(() => api.labels.judgeBest({ photoIds: [...photoIds], state, isOnly }))
    if (done === null) return
    if (done.photos === 0) {
      this.#app.toasts.done(t('library.done.nothingSuggested'))
      return
    }
    this.#say(
      t(state === 'confirmed' ? 'library.done.accepted' : 'library.done.refused', counted(done.photos)),
    )
  }

  get #isOnly(): boolean {
    return this.#app.settings.labelMode === 'single'
  }

  #say(text: string): void {
    this.#app.toasts.done(text, { label: t('common.undo'), run: () => void this.#app.undo() })
  }
}

const counted = (count: number) => ({ count, shown: formatCount(count) })
