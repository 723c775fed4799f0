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

  /**
   * Adds a label; `isOnly` puts it in the place of all others. `leftOut`: how many more were chosen and cannot be opened,
   * which the message says.
   */
  async confirm(
    photoIds: readonly PhotoId[],
    name: string,
    { isOnly = false, leftOut = 0 }: { readonly isOnly?: boolean; readonly leftOut?: number } = {},
  ): Promise<boolean> {
    if (photoIds.length === 0) return false
    const { api } = this.#app
    const done = await this.#app.edit(() => api.labels.confirm({ photoIds: [...photoIds], name, isOnly }))
    if (done === null) return false
    this.announceConfirmed(name, { count: photoIds.length, leftOut }, done)
    return true
  }

  /** @param asked how many photos the label was meant for, and how many more could not be opened. */
  announceConfirmed(
    name: string,
    { count, leftOut }: { readonly count: number; readonly leftOut: number },
    { photos, removed }: Confirmed,
  ): void {
    const said = () =>
      removed.length > 0
        ? t('library.done.replaced', {
            name: labelText(name),
            others: shownOthers(removed),
            ...counted(count),
          })
        : photos > 0
          ? t('library.done.added', { name: labelText(name), ...counted(photos) })
          : t('library.done.addedBefore', { name: labelText(name), ...counted(count) })
    const text = () =>
      leftOut === 0 ? said() : t('library.done.leftOut', { done: said(), ...counted(leftOut) })
    if (removed.length > 0 || photos > 0) this.#app.announceStep(text)
    else this.#app.toasts.done(text)
  }

  /** Adds the label that was given last, to other photos. */
  async confirmLast(photoIds: readonly PhotoId[], leftOut: number): Promise<void> {
    if (photoIds.length === 0) return
    const recent = await this.#app.attempt(() => this.#app.api.labels.recent({ limit: 1 }))
    if (recent === null) return
    const [name] = recent
    if (name === undefined) this.#app.toasts.done(() => t('library.done.nothingGiven'))
    else await this.confirm(photoIds, name, { leftOut })
  }

  async reject(photoIds: readonly PhotoId[], name: string): Promise<void> {
    const done = await this.#app.edit(() => this.#app.api.labels.reject({ photoIds: [...photoIds], name }))
    if (done !== null)
      this.#announce(() => t('library.done.rejected', { name: labelText(name), ...counted(photoIds.length) }))
  }

  async clear(photoIds: readonly PhotoId[], name: string): Promise<void> {
    const done = await this.#app.edit(() => this.#app.api.labels.clear({ photoIds: [...photoIds], name }))
    if (done !== null && done.photos > 0)
      this.#announce(() => t('library.done.cleared', { name: labelText(name), ...counted(done.photos) }))
  }

  /** Removes a confirmed label from those of the photos that have it; where it was rejected, it stays so. */
  async remove(photoIds: readonly PhotoId[], name: string): Promise<void> {
    const { api } = this.#app
    const request = { photoIds: [...photoIds], name, state: 'confirmed' as const }
    const done = await this.#app.edit(() => api.labels.clear(request))
    if (done !== null && done.photos > 0)
      this.#announce(() => t('library.done.removed', { name: labelText(name), ...counted(done.photos) }))
  }

  /** Keeps or removes labels that were given before the images were edited. */
  async resolveChanged(photoIds: readonly PhotoId[], isKept: boolean): Promise<void> {
    if (photoIds.length === 0) return
    const { api } = this.#app
    const done = await this.#app.edit(() => api.labels.resolveChanged({ photoIds: [...photoIds], isKept }))
    if (done !== null && done.photos > 0)
      this.#announce(() =>
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
      this.#app.toasts.done(() => t('library.done.nothingSuggested'))
      return
    }
    this.#announce(() =>
      t(state === 'confirmed' ? 'library.done.accepted' : 'library.done.refused', counted(done.photos)),
    )
  }

  #announce(text: () => string): void {
    this.#app.announceStep(text)
  }
}

/** Up to three labels that made room, with how many photos had each. */
const shownOthers = (removed: Confirmed['removed']): string =>
  removed
    .slice(0, 3)
    .map(({ name, photos }) =>
      t('library.done.onPhotos', { name: labelText(name), shown: formatCount(photos) }),
    )
    .join(t('common.comma')) + (removed.length > 3 ? '…' : '')

const counted = (count: number) => ({ count, shown: formatCount(count) })
