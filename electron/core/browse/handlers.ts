// Answers the calls about views of the library: filters, sorts, cards, and the labels to narrow them down by.
import { isDeepStrictEqual } from 'node:util'
import type { CoreContract } from '../../contract/core.ts'
import { PhotoFilter, PhotoState, type LabelNode, type PhotoSort } from '../../contract/browse.ts'
import type { FileId, PhotoId } from '../../contract/domain.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { Store } from '../store/db.ts'
import { fileFacets } from './file-facets.ts'
import type { FileTable } from './file-table.ts'
import { countDates, countScores } from './histograms.ts'
import { labelTree } from './label-tree.ts'
import type { LibraryIndex } from './library-index.ts'
import { monthRuns } from './month-runs.ts'
import { countStates, filterFiles, type Tables } from './select.ts'
import { createSortOrders } from './sort-orders.ts'
import { createTextIndex } from './text-index.ts'
import { createViews } from './views.ts'
import { createWordFinder } from './word-finder.ts'

const noLabels = { labels: [], confirmedLabels: [], suggestedLabels: [], keywords: [] }
const anyPhoto = PhotoFilter.parse({})

export function createBrowseHandlers(store: Store, index: LibraryIndex): Handlers<CoreContract>['browse'] {
  const views = createViews()
  const orders = createSortOrders()
  const text = createTextIndex(store)
  const wordFinder = createWordFinder(store.search, (labelId) => index.labelOf(labelId))
  let labelTreeCache: { version: number; filter: PhotoFilter; labels: LabelNode[] } | null = null

  const failedIn = ({ failedIn: job }: PhotoFilter) => (job === null ? null : store.jobs.failedFiles(job))

  const select = async (
    filter: PhotoFilter,
    sort: PhotoSort | null,
  ): Promise<{ tables: Tables; fileIds: Int32Array }> => {
    if (sort?.by === 'name' && isOfFilesAlone(filter)) {
      const tables = await index.filesReady()
      return { tables, fileIds: filterFiles(tables, filter, []) }
    }
    if (filter.text.trim() !== '') await text.catchUp()
    const tables = await index.ready()
    const words = wordFinder.find(filter.text, tables)
    return { tables, fileIds: filterFiles(tables, filter, words, failedIn(filter)) }
  }

  return {
    async open({ filter, sort, first, firstRatios, hasMonths }) {
      const { tables, fileIds } = await select(filter, sort)
      const sorted = orders.sort(tables, fileIds, sort, filter, index.version)
      // Prepares the first search while idle; a search reports errors itself.
      index
        .ready()
        .then(() => text.catchUp())
        .catch(() => undefined)
      const start = (count: number) => [...sorted.subarray(0, count)] as FileId[]
      return {
        viewId: views.add(sorted),
        total: sorted.length,
        cards: store.cards.get(start(first)),
        ratios: firstRatios === 0 ? [] : store.shapes.ratios(start(firstRatios)),
        months: hasMonths ? monthRuns(tables, sorted) : [],
      }
    },
    window: ({ viewId, offset, limit }) =>
      store.cards.get([...views.get(viewId).subarray(offset, offset + limit)] as FileId[]),
    cards: ({ fileIds }) => store.cards.get(fileIds),
    async ids({ viewId, from, to }) {
      const { files } = await index.ready()
      const fileIds = [...views.get(viewId).subarray(from, Math.max(from, to))] as FileId[]
      return {
        fileIds,
        photoIds: fileIds.map((id) => photoIdOf(files, id)),
      }
    },
    ratios: ({ viewId, from, to }) => ({
      ratios: store.shapes.ratios([...views.get(viewId).subarray(from, Math.max(from, to))] as FileId[]),
    }),
    async months({ viewId }) {
      return { months: monthRuns(await index.ready(), views.get(viewId)) }
    },
    locate: ({ viewId, fileId }) => {
      const index = views.get(viewId).indexOf(fileId)
      return { index: index === -1 ? null : index }
    },
    filesAt: ({ paths }) => ({ fileIds: store.files.shownAt(paths) }),
    async counts({ filter }) {
      const { tables, fileIds } = await select({ ...filter, states: PhotoState.options }, null)
      return countStates(tables, fileIds)
    },
    async facets() {
      const { files, photos } = await index.ready()
      return fileFacets(files, photos)
    },
    async histograms({ filter }) {
      const ofScores = await select({ ...filter, minScore: null, maxScore: null }, null)
      const scores = countScores(ofScores.tables, ofScores.fileIds, filter)
      const ofDates = await select({ ...filter, fromMs: null, toMs: null }, null)
      return { scores, dates: countDates(ofDates.tables, ofDates.fileIds) }
    },
    async labels({ filter: asked }) {
      const filter = asked.needsAllLabels ? asked : { ...asked, ...noLabels }
      const { tables, fileIds } = await select(filter, null)
      const { version } = index
      if (labelTreeCache?.version !== version || !isDeepStrictEqual(labelTreeCache.filter, filter))
        labelTreeCache = { version, filter, labels: labelTree(tables, fileIds) }
      return labelTreeCache.labels
    },
  }
}

/** Whether the filter needs no data of photos. */
const isOfFilesAlone = (filter: PhotoFilter): boolean =>
  isDeepStrictEqual({ ...filter, folder: null }, anyPhoto)

function photoIdOf(files: FileTable, fileId: FileId): PhotoId | null {
  const photoId = files.photo[fileId] ?? 0
  return photoId === 0 ? null : (photoId as PhotoId)
}
