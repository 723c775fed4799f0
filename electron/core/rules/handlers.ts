// Answers the calls about the rules that decide which suggestions show.
import type { CoreContract } from '../../contract/core.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { LibraryIndex } from '../browse/library-index.ts'
import type { Store } from '../store/db.ts'
import type { RenameFollower } from '../settings/follow-renames.ts'
import { renamedSuggestions } from '../domain/renamed-suggestions.ts'
import { previewRules } from './preview-rules.ts'

export function createRulesHandlers(
  store: Store,
  index: LibraryIndex,
  follower: RenameFollower,
): Handlers<CoreContract>['rules'] {
  return {
    get: () => store.rules.get(),
    preview: async ({ rules }) => previewRules(await index.ready(), rules),
    set: ({ rules }) =>
      store.history.withWriteLock(async () => {
        const suggested = renamedSuggestions(store.rules.get(), rules, store.models.classNames)
        const change = await follower.planSuggested(suggested)
        store.history.setRules(rules, suggested.length > 0 ? change : null)
        const renamed = { confirmed: [], suggested }
        follower.tell(renamed)
        await follower.follow(change, 'do', suggested)
        return { renamed }
      }),
  }
}
