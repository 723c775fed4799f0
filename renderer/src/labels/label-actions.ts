// Confirms, rejects and clears labels of photos, each as one step that can be undone, and says what came of it.
import type { PhotoId } from '../../../electron/contract/domain.ts'
import type { Confirmed } from '../../../electron/contract/labels.ts'
import { formatCount, t } from '../i18n/i18n.svelte.ts'
import { labelText } from '../i18n/label-texts.svelte.ts'
import type { AppState } from '../state/app.svelte.ts'

export class LabelActions {
  readonly #app: AppState

  constructor(app: AppState) {
    this.#app = app
  }

  /** Adds a label; `isOnly` puts it in the place of all others. */
  async confirm(photoIds: readonly PhotoId[], name: string, isOnly = false): Promise<boolean> {
    if (photoIds.length === 0) return false
    const { api } = this.#app
    const done = await this.#app.edit(() => api.labels.confirm({ photoIds: [...photoIds], name, isOnly }))
    if (done === null) return false
    this.announceConfirmed(name, photoIds.length, done)
    return true
  }

  /** @param asked how many photos the label was meant for. */
  announceConfirmed(name: string, asked: number, { photos, removed }: Confirmed): void {
    if (removed.length > 0) {
      const others = removed.map((label) =>
        t('library.done.onPhotos', { name: labelText(label.name), shown: formatCount(label.photos) }),
      )
      const shownOthers = others.slice(0, 3).join(t('common.comma')) + (others.length > 3 ? '…' : '')
      this.#announce(
        t('library.done.replaced', { name: labelText(name), others: shownOthers, ...counted(asked) }),
      )
    } else if (photos > 0)
      this.#announce(t('library.done.added', { name: labelText(name), ...counted(photos) }))
    else this.#app.toasts.done(t('library.done.addedBefore', { name: labelText(name), ...counted(asked) }))
  }

  async reject(photoIds: readonly PhotoId[], name: string): Promise<void> {
    const done = await this.#app.edit(() => this.#app.api.labels.reject({ photoIds: [...photoIds], name }))
    if (done !== null)
      this.#announce(t('library.done.rejected', { name: labelText(name), ...counted(photoIds.length) }))
  }

  async clear(photoIds: readonly PhotoId[], name: string): Promise<void> {
    const done = await this.#app.edit(() => this.#app.api.labels.clear({ photoIds: [...photoIds], name }))
    if (done !== null && done.photos > 0)
      this.#announce(t('library.done.cleared', { name: labelText(name), ...counted(done.photos) }))
  }

  /** Removes a confirmed label from those of the photos that have it; where it was rejected, it stays so. */
  async remove(photoIds: readonly PhotoId[], name: string): Promise<void> {
    const { api } = this.#app
    const request = { photoIds: [...photoIds], name, state: 'confirmed' as const }
    const done = await this.#app.edit(() => api.labels.clear(request))
    if (done !== null && done.photos > 0)
      this.#announce(t('library.done.removed', { name: labelText(name), ...counted(done.photos) }))
  }

  /** Keeps or removes labels that were given before the images were edited. */
  async resolveChanged(photoIds: readonly PhotoId[], isKept: boolean): Promise<void> {
    if (photoIds.length === 0) return
    const { api } = this.#app
    const done = await this.#app.edit(() => api.labels.resolveChanged({ photoIds: [...photoIds], isKept }))
    if (done !== null && done.photos > 0)
      this.#announce(
        t(isKept ? 'library.done.keptChanged' : 'library.done.clearedChanged', counted(done.photos)),
      )
  }

  /** Accepts or rejects the best suggestion of each photo. */
  async reviewTop(photoIds: readonly PhotoId[], state: 'confirmed' | 'rejected'): Promise<void> {
    if (photoIds.length === 0) return
    const { api } = this.#app
    const done = await this.#app.edit(() => api.labels.reviewTop({ photoIds: [...photoIds], state }))
    if (done === null) return
    if (done.photos === 0) {
      this.#app.toasts.done(t('library.done.nothingSuggested'))
      return
    }
    this.#announce(
      t(state === 'confirmed' ? 'library.done.accepted' : 'library.done.refused', counted(done.photos)),
    )
  }

  #announce(text: string): void {
    this.#app.announceStep(text)
  }
}

const counted = (count: number) => ({ count, shown: formatCount(count) })
