// Every migration in order; a released one is never changed, the next one gets the next ten.
import type { Migration } from '../sqlite/migrate.ts'
import { initial } from './0010-initial.ts'
import { heads } from './0020-heads.ts'
import { learning } from './0030-learning.ts'
import { browse } from './0040-browse.ts'
import { history } from './0050-history.ts'
import { maps } from './0060-maps.ts'
import { evaluations } from './0070-evaluations.ts'
import { batchedSteps } from './0080-batched-steps.ts'
import { fileNumbers } from './0090-file-numbers.ts'
import { messageValues } from './0100-message-values.ts'
import { headSteps } from './0110-head-steps.ts'
import { clearedSuggestions } from './0120-cleared-suggestions.ts'
import { photoIdentity } from './0130-photo-identity.ts'
import { movedFolders } from './0140-moved-folders.ts'
import { modelChoices } from './0170-model-choices.ts'
import { modelTasks } from './0180-model-tasks.ts'
import { words } from './0190-words.ts'
import { fileMetadata } from './0200-file-metadata.ts'
import { decisionRules } from './0210-decision-rules.ts'
import { failuresAndKeptLabels } from './0230-failures-and-kept-labels.ts'
import { companions } from './0240-companions.ts'
import { ratings } from './0250-ratings.ts'
import { labelSpellings } from './0260-label-spellings.ts'
import { merges } from './0270-merges.ts'
import { halfEmbeddings } from './0280-half-embeddings.ts'
import { movedFiles } from './0290-moved-files.ts'
import { displayedShape } from './0300-displayed-shape.ts'
import { ratingConflicts } from './0310-rating-conflicts.ts'
import { keptSteps } from './0320-kept-steps.ts'
import { keywordQueue } from './0330-keyword-queue.ts'
import { renameSteps } from './0340-rename-steps.ts'

export const migrations: readonly Migration[] = [
  ...[initial, heads, learning, browse, history, maps, evaluations, batchedSteps, fileNumbers],
  ...[
    messageValues,
    headSteps,
    clearedSuggestions,
    photoIdentity,
    movedFolders,
    modelChoices,
    modelTasks,
    words,
    fileMetadata,
    decisionRules,
    failuresAndKeptLabels,
    companions,
    ratings,
    labelSpellings,
    merges,
    halfEmbeddings,
    movedFiles,
    displayedShape,
    ratingConflicts,
    keptSteps,
    keywordQueue,
    renameSteps,
  ],
]
