// The notes in every dataset: its classes, the folder of each label, and the outcome of each file.
import { SplitName } from '../../contract/exports.ts'
import { english } from '../../texts/message.ts'
import { classesFile, filesTable, noteFile } from '../domain/dataset-note.ts'
import { toCsv } from '../files/csv-text.ts'
import type { DatasetPlan, PlannedFile } from './dataset-plan.ts'
import type { SkippedFile } from './dataset-files.ts'
import type { TextFile } from './dataset-layout.ts'

/** Returns the notes of a dataset as it was written. */
export function writeNotes({ request, layout, folders, files, skipped }: DatasetPlan): TextFile[] {
  const note = {
    format: request.format,
    splits: request.split.train < 100 ? SplitName.options : [],
    classes: layout.classes.map((name) => ({ name, folder: folders.get(name) ?? '' })),
    seed: request.seed,
    split: request.split,
  }
  return [
    { name: noteFile, chunks: [`${JSON.stringify(note, null, 2)}\n`] },
    { name: classesFile, chunks: layout.classes.map((name) => `${name.replaceAll(/\s+/g, ' ')}\n`) },
    { name: filesTable, chunks: fileTable(files, skipped) },
  ]
}

/** One row for each label of a file, and one for each file that was skipped. */
function* fileTable(files: readonly PlannedFile[], skipped: readonly SkippedFile[]): Generator<string> {
  yield toCsv([['file_name', 'split', 'label', 'source', 'score', 'status', 'reason', 'original']])
  for (const { fileName, split, labels, source, score, path } of files) {
    const cells = [source, score?.toFixed(6) ?? '', 'exported', '', path]
    yield toCsv(labels.map((label) => [fileName, split, label, ...cells]))
  }
  for (const { path, reason } of skipped)
    yield toCsv([['', '', '', '', '', 'skipped', english(reason), path]])
}
