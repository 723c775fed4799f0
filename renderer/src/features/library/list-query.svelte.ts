// What the library's list asks for: the filter, the order, and photos that were given. It knows of no list.
import type { PhotoFilter, PhotoSort } from '../../../../electron/contract/browse.ts'
import type { LabelRenames } from '../../../../electron/contract/renames.ts'
import { renamedFilter } from '../../labels/label-changes.ts'
import { everything, labelsOf } from '../../navigation/filters.ts'
import { noSimilarities, type GivenPhotos, type PhotoScope } from '../../navigation/photo-scope.ts'

/** Where to go back to. */
interface ListPlace {
  readonly filter: PhotoFilter
  readonly sort: PhotoSort
  /** The order before labels were asked for. */
  readonly sortBefore: PhotoSort | null
  readonly index: number
}

export class ListQuery {
  #filter = $state.raw<PhotoFilter>(everything)
  #sort = $state.raw<PhotoSort>({ by: 'name', isDescending: false })
  #given = $state.raw<GivenPhotos | null>(null)
  /** The order before labels were asked for; null while none are. */
  #sortBefore: PhotoSort | null = null
  /** What was shown before these photos were given, and where; null where none are. */
  #before: ListPlace | null = null

  readonly similarities = $derived(this.#given?.similarities ?? noSimilarities)
  readonly labels: readonly string[] = $derived(labelsOf(this.#filter))

  get filter(): PhotoFilter {
    return this.#filter
  }

  get sort(): PhotoSort {
    return this.#sort
  }

  /** What the given photos are; null where that is not known. */
  get given(): GivenPhotos | null {
    return this.#given
  }

  /** Returns where its list begins: 0, or where the list was left that shows again. */
  change(change: Partial<PhotoFilter>): number {
    const labelsBefore = labelsOf(this.#filter).length
    this.#filter = { ...this.#filter, ...change }
    this.#sortForLabels(labelsBefore)
    if (this.#filter.photoIds !== null) return 0
    // The given order makes sense for given photos alone.
    this.#given = null
    if (this.#sort.by === 'given') this.#sort = { by: 'name', isDescending: false }
    // Without them the list is again what it was; not where another one is asked for.
    const startAt = Object.keys(change).join() === 'photoIds' ? this.#goBack() : 0
    this.#before = null
    return startAt
  }

  /** Asks for labels by what they are called now, also where the list goes back to. Returns whether what it asks for changed. */
  rename(renames: LabelRenames): boolean {
    if (this.#before !== null) {
      const { filter } = this.#before
      this.#before = { ...this.#before, filter: { ...filter, ...renamedFilter(filter, renames) } }
    }
    const renamed = renamedFilter(this.#filter, renames)
    // A filter of its own tells that the list is another one.
    if (Object.keys(renamed).length === 0) return false
    this.#filter = { ...this.#filter, ...renamed }
    return true
  }

  changeSort(sort: PhotoSort): void {
    this.#sortBefore = null
    this.#sort = sort
  }

  /**
   * Asks for these photos, and nothing else.
   * @param index where the list stands that shows.
   */
  ask({ filter, photoIds, given }: PhotoScope, index: number): void {
    const before = { filter: this.#filter, sort: this.#sort, sortBefore: this.#sortBefore, index }
    if (photoIds !== null) {
      this.#before ??= before
      this.#sort = { by: 'given', isDescending: false }
    }
    this.#filter = everything
    this.change({ ...filter, photoIds: photoIds === null ? null : [...photoIds] })
    this.#given = given ?? null
  }

  #goBack(): number {
    if (this.#before === null) return 0
    const { filter, sort, sortBefore, index } = this.#before
    this.#filter = filter
    this.#sort = sort
    this.#sortBefore = sortBefore
    return index
  }

  /** Where suggested labels are asked for, the surest photos come first; afterwards the order is what it was. */
  #sortForLabels(labelsBefore: number): void {
    const isSuggested = this.#filter.suggestedLabels.length + this.#filter.labels.length > 0
    if (isSuggested && labelsBefore === 0 && this.#sortBefore === null) {
      this.#sortBefore = this.#sort
      this.#sort = { by: 'score', isDescending: true }
    } else if (!isSuggested && this.#sortBefore !== null) {
      this.#sort = this.#sortBefore
      this.#sortBefore = null
    }
  }
}
