// Which photos a dialog about keywords is for: the selection, else the folder that shows, else all.
import type { KeywordScope } from '../../../../electron/contract/keywords.ts'
import type { PhotoScope } from '../../navigation/photo-scope.ts'

export function keywordScope({ photoIds, filter }: PhotoScope): KeywordScope {
  if (photoIds !== null) return { folders: [], photoIds: [...photoIds] }
  return { folders: filter.folder == null ? [] : [filter.folder], photoIds: null }
}
