// Labels that were copied from one photo, to be added to others.
import type { PhotoCard } from '../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { formatCount, t } from '../i18n/i18n.svelte.ts'
import { labelText } from '../i18n/label-texts.svelte.ts'
import type { AppState } from '../state/app.svelte.ts'
import { perApp } from '../state/per-app.svelte.ts'

export class CopiedLabels {
  readonly #app: AppState
  names = $state.raw<readonly string[]>([])

  constructor(app: AppState) {
    this.#app = app
  }

  /** Takes what the user confirmed for the photo; where that is nothing, what was copied before stays. */
  copy(card: PhotoCard | undefined): void {
    const names = card?.labels.filter(({ state }) => state === 'confirmed').map(({ name }) => name) ?? []
    if (names.length > 0) this.names = names
    this.#app.toasts.done(() =>
      names.length === 0
        ? t('library.nothingToCopy')
        : t('library.labelsCopied', { names: names.map(labelText).join(t('common.comma')) }),
    )
  }

  async paste(photoIds: readonly PhotoId[]): Promise<void> {
    if (photoIds.length === 0) return
    const { names } = this
    if (names.length === 0) {
      this.#app.toasts.done(() => t('library.nothingToPaste'))
      return
    }
    const { labels } = this.#app.api
    const done = await this.#app.edit(() => labels.confirmAll({ photoIds: [...photoIds], names: [...names] }))
    if (done === null) return
    const joined = () => names.map(labelText).join(t('common.comma'))
    const counted = (count: number) => ({ count, shown: formatCount(count) })
    // Where nothing has changed there is no step, and "Undo" would take back another one.
    if (done.photos === 0)
      this.#app.toasts.done(() =>
        t('library.done.addedBefore', { name: joined(), ...counted(photoIds.length) }),
      )
    else this.#app.announceStep(() => t('library.labelsPasted', { names: joined(), ...counted(done.photos) }))
  }
}

export const copiedLabelsOf = perApp((app) => new CopiedLabels(app))
