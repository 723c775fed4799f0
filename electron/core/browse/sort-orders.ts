// The orders of all files by date, score and so on, kept until something changes: a view is then a part of one of them.
import type { PhotoFilter, PhotoSort } from '../../contract/browse.ts'
import { sortByKey } from './sort-by-key.ts'
import { sortFiles, sortKeys, type Tables } from './select.ts'

/** All files by one key. */
interface Order {
  /** Ascending, and by name where keys are equal. */
  readonly fileIds: Int32Array
  /** 1 where a file has another key than the one before. */
  readonly isNext: Uint8Array
  /** How many come before those without a key, which are last in both directions. */
  readonly keyed: number
}

/** Views of a smaller part are sorted by themselves, which takes less than walking through all files. */
const smallPart = 1 / 16

export interface SortOrders {
  /** The same as `sortFiles`; `version` is that of the tables. */
  sort(tables: Tables, ids: Int32Array, sort: PhotoSort, filter: PhotoFilter, version: number): Int32Array
}

export function createSortOrders(): SortOrders {
  const orders = new Map<PhotoSort['by'], Order>()
  let keptOf: { readonly tables: Tables; readonly version: number } | null = null
  return {
    sort(tables, ids, sort, filter, version) {
      const { by, isDescending } = sort
      const isOfAll = filter.labels.length + filter.suggestedLabels.length === 0 || by !== 'score'
      const isSmall = ids.length < smallPart * tables.files.byName().length
      if (by === 'name' || by === 'given' || !isOfAll || isSmall) return sortFiles(tables, ids, sort, filter)
      if (keptOf?.tables !== tables || keptOf.version !== version) orders.clear()
      keptOf = { tables, version }
      const order = orders.get(by) ?? orderOf(tables, by, filter)
      orders.set(by, order)
      return pick(order, ids, isDescending, tables.files.folder.length)
    },
  }
}

function orderOf(tables: Tables, by: PhotoSort['by'], filter: PhotoFilter): Order {
  const all = tables.files.byName()
  const keys = sortKeys(tables, all, by, filter)
  const keyOf = new Float64Array(tables.files.folder.length)
  for (let i = 0; i < all.length; i++) keyOf[all[i] ?? 0] = keys[i] ?? 0
  const fileIds = sortByKey(all, keys)
  const isNext = new Uint8Array(fileIds.length)
  let keyed = 0
  let last = Number.NaN
  for (let i = 0; i < fileIds.length; i++) {
    const key = keyOf[fileIds[i] ?? 0] ?? 0
    if (key !== last) isNext[i] = 1
    last = key
    if (key !== Infinity) keyed = i + 1
  }
  return { fileIds, isNext, keyed }
}

/** Returns these files in the order. Those with equal keys stay in the order of their names, also where it is turned round. */
function pick({ fileIds, isNext, keyed }: Order, ids: Int32Array, isDescending: boolean, size: number) {
  const isWanted = new Uint8Array(size)
  for (let i = 0; i < ids.length; i++) isWanted[ids[i] ?? 0] = 1
  const picked = new Int32Array(ids.length)
  let count = 0
  const take = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const id = fileIds[i] ?? 0
      if (isWanted[id] === 1) picked[count++] = id
    }
  }
  if (isDescending) {
    for (let to = keyed, from = keyed - 1; from >= 0; from--) {
      if (isNext[from] !== 1) continue
      take(from, to)
      to = from
    }
    take(keyed, fileIds.length)
  } else take(0, fileIds.length)
  return picked
}
