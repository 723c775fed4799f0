// Answers the calls about views, folders, labels in use and rules.
import { isDeepStrictEqual } from 'node:util'
import type { CoreContract } from '../../contract/core.ts'
import { PhotoFilter, PhotoState, type FileId, type PhotoSort } from '../../contract/browse.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { Store } from '../store/db.ts'
import type { FileTable } from './file-table.ts'
import { folderTree } from './folder-tree.ts'
import { countLabels } from './labels.ts'
import { labelTree } from './label-tree.ts'
import type { LibraryIndex } from './library-index.ts'
import { previewRules } from './preview-rules.ts'
import { countStates, filterFiles, sortFiles, type Tables } from './select.ts'
import { createTextIndex } from './text-index.ts'
import { createViews } from './views.ts'

const anyPhoto = PhotoFilter.parse({})

type All = Handlers<CoreContract>
export interface BrowseHandlers {
  readonly browse: All['browse']
  readonly rules: All['rules']
  readonly tree: All['library']['tree']
  readonly labels: All['labels']['list']
}

export function createBrowseHandlers(store: Store, index: LibraryIndex): BrowseHandlers {
  const views = createViews()
  const text = createTextIndex(store.search)
  let grown: { version: number; labels: ReturnType<typeof labelTree> } | null = null
  let counted: { version: number; labels: ReturnType<typeof countLabels> } | null = null

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
    const words = store.search.find(filter.text).map(({ fileIds, labelIds }) => ({
      fileIds,
      labels: labelIds.map((id) => index.labelOf(id)),
    }))
    return { tables, fileIds: filterFiles(tables, filter, words) }
  }

  return {
    browse: {
      async open({ filter, sort, first }) {
        const { tables, fileIds } = await select(filter, sort)
        const sorted = sortFiles(tables, fileIds, sort, filter.photoIds)
        // For the first search, when nothing else is left to do; one that asks for text tells what goes wrong.
        index
          .ready()
          .then(() => text.catchUp())
          .catch(() => undefined)
        const cards = store.cards.get([...sorted.subarray(0, first)] as FileId[])
        return { viewId: views.add(sorted), total: sorted.length, cards }
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
      locate: ({ viewId, fileId }) => {
        const place = views.get(viewId).indexOf(fileId)
        return { index: place === -1 ? null : place }
      },
      async counts({ filter }) {
        const { tables, fileIds } = await select({ ...filter, states: PhotoState.options }, null)
        return countStates(tables, fileIds)
      },
      async labels() {
        const tables = await index.ready()
        if (grown?.version !== index.version) grown = { version: index.version, labels: labelTree(tables) }
        return grown.labels
      },
    },
    rules: {
      get: () => store.rules.get(),
      preview: async ({ rules }) => previewRules(await index.ready(), rules),
      set: ({ rules }) => store.history.exclusive(() => (store.history.setRules(rules), {})),
    },
    async tree() {
      const { files } = await index.filesReady()
      return folderTree(
        files,
        store.folders.list().map(({ path }) => path),
      )
    },
    async labels() {
      const tables = await index.ready()
      if (counted?.version !== index.version)
        counted = { version: index.version, labels: countLabels(tables, store.models.classNames()) }
      return counted.labels
    },
  }
}

/** Whether the filter asks for nothing that hangs on photos. */
const isOfFilesAlone = (filter: PhotoFilter): boolean =>
  isDeepStrictEqual({ ...filter, folder: null }, anyPhoto)

function photoIdOf(files: FileTable, fileId: FileId): PhotoId | null {
  const photoId = files.photo[fileId] ?? 0
  return photoId === 0 ? null : (photoId as PhotoId)
}
