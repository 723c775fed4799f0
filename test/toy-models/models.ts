// The toy models, trained by models/train/toy on drawn shapes; see the README of models/train.
import { fileURLToPath } from 'node:url'

const folderOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export const toyModels = {
  /** A CLIP: words, sentence search. */
  clip: folderOf('clip'),
  /** A ViLT for image-text retrieval. */
  match: folderOf('match'),
  /** A ViLT for questions. */
  answers: folderOf('answers'),
} as const
