// Which photos a labelling job can be about: the selection, what is shown, a folder, or everything.
import type { PhotoFilter } from '../../../../electron/contract/browse.ts'
import type { JobRequest } from '../../../../electron/contract/jobs.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { Api } from '../../transport/api.ts'
import { isCondition, type PhotoScope } from '../../navigation/photo-scope.ts'

export type TargetKind = 'selection' | 'shown' | 'folder' | 'all'

export interface Target {
  readonly kind: TargetKind
  /** Files it is about. */
  readonly files: number
  readonly folder: string | null
}

/** Whether the filter asks for more than a folder. */
export const hasConditions = (filter: Partial<PhotoFilter>): boolean =>
  Object.entries(filter).some(([key, value]) => key !== 'folder' && isCondition(value))

/** What the dialog offers, the most specific first. */
export async function labelTargets(api: Api, { filter, photoIds }: PhotoScope): Promise<Target[]> {
  const count = async (wanted: Partial<PhotoFilter>) =>
    (await api.browse.open({ filter: wanted, sort: {} })).total
  const folder = filter.folder ?? null
  const targets: Target[] = []
  if (photoIds !== null && photoIds.length > 0)
    targets.push({ kind: 'selection', files: photoIds.length, folder: null })
  // Skipped files are no photos, so where they alone are shown there is nothing to label.
  const states = (filter.states ?? []).filter((state) => state !== 'skipped')
  if (hasConditions(filter) && (states.length > 0 || (filter.states ?? []).length === 0))
    targets.push({ kind: 'shown', files: await count({ ...filter, states }), folder: null })
  if (folder !== null) targets.push({ kind: 'folder', files: await count({ folder }), folder })
  return [...targets, { kind: 'all', files: await count({}), folder: null }]
}

/** The part of a job's request that selects the photos. */
export async function requestOf(
  api: Api,
  target: Target,
  scope: PhotoScope,
): Promise<Pick<JobRequest, 'folders' | 'photoIds'>> {
  switch (target.kind) {
    case 'selection':
      return { folders: [], photoIds: [...(scope.photoIds ?? [])] }
    case 'shown':
      return { folders: [], photoIds: await shownPhotos(api, scope.filter) }
    case 'folder':
      return { folders: target.folder === null ? [] : [target.folder], photoIds: null }
    case 'all':
      return { folders: (await api.library.folders({})).map(({ path }) => path), photoIds: null }
  }
}

async function shownPhotos(api: Api, filter: Partial<PhotoFilter>): Promise<PhotoId[]> {
  const { viewId, total } = await api.browse.open({ filter, sort: {} })
  const { photoIds } = await api.browse.ids({ viewId, from: 0, to: total })
  return [...new Set(photoIds.filter((id) => id !== null))]
}
