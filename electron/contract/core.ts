// THE contract of the core: every call it answers, declared once. The CLI, Electron and the browser all use this
// object. Each group is declared in the file of its name here, and handled in the folder of its name in core/.
import { backupsContract } from './backups.ts'
import { browseContract } from './browse.ts'
import { exportsContract } from './exports.ts'
import { headsContract } from './heads.ts'
import { historyContract } from './history.ts'
import { importsContract } from './imports.ts'
import { jobsContract } from './jobs.ts'
import { keywordsContract } from './keywords.ts'
import { labelsContract } from './labels.ts'
import { learningContract } from './learning.ts'
import { libraryContract } from './library.ts'
import { modelsContract } from './models.ts'
import { movesContract } from './moves.ts'
import { photosContract } from './photos.ts'
import { questionsContract } from './questions.ts'
import { ratingsContract } from './ratings.ts'
import { reviewContract } from './review.ts'
import { rulesContract } from './rules.ts'
import { settingsContract } from './settings.ts'
import { wordsContract } from './words.ts'

export const coreContract = {
  library: libraryContract,
  backups: backupsContract,
  browse: browseContract,
  photos: photosContract,
  labels: labelsContract,
  ratings: ratingsContract,
  history: historyContract,
  rules: rulesContract,
  settings: settingsContract,
  heads: headsContract,
  review: reviewContract,
  learning: learningContract,
  imports: importsContract,
  models: modelsContract,
  jobs: jobsContract,
  exports: exportsContract,
  keywords: keywordsContract,
  moves: movesContract,
  words: wordsContract,
  questions: questionsContract,
} as const

export type CoreContract = typeof coreContract
