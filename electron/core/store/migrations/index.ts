// Every migration in order; a released one is never changed, the next one gets the next ten.
import type { Migration } from '../migrate.ts'
import { initial } from './0010-initial.ts'
import { heads } from './0020-heads.ts'
import { learning } from './0030-learning.ts'
import { browse } from './0040-browse.ts'
import { history } from './0050-history.ts'
import { maps } from './0060-maps.ts'
import { evaluations } from './0070-evaluations.ts'
import { longSteps } from './0080-long-steps.ts'
import { fileNumbers } from './0090-file-numbers.ts'

export const migrations: readonly Migration[] = [
  ...[initial, heads, learning, browse, history, maps, evaluations],
  ...[longSteps, fileNumbers],
]
