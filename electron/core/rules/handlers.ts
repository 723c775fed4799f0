// Answers the calls about the rules that decide which suggestions show.
import type { CoreContract } from '../../contract/core.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { LibraryIndex } from '../browse/library-index.ts'
import type { Store } from '../store/db.ts'
import { previewRules } from './preview-rules.ts'

export function createRulesHandlers(store: Store, index: LibraryIndex): Handlers<CoreContract>['rules'] {
  return {
    get: () => store.rules.get(),
    preview: async ({ rules }) => previewRules(await index.ready(), rules),
    set: ({ rules }) => store.history.withWriteLock(() => (store.history.setRules(rules), {})),
  }
}
