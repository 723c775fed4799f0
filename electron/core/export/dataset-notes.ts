// What every data set says of itself: its classes, how labels became folders, and what came of each file.
import { z } from 'zod'
import { SplitName } from '../../contract/exports.ts'
import { toCsv } from './csv-text.ts'
import type { DatasetPlan, PlannedFile } from './dataset-plan.ts'
import type { SkippedFile } from './dataset-files.ts'
import type { TextFile } from './dataset-layout.ts'

/** The note from which an import learns what the folders mean. */
export const noteFile = 'labelroom-dataset.json'

export const DatasetNote = z.object({
  format: z.string(),
  /** Folders between the data set and its class folders; empty where it is not divided. */
  splits: z.array(SplitName),
  classes: z.array(z.object({ name: z.string(), folder: z.string() })),
})
export type DatasetNote = z.infer<typeof DatasetNote>

/** The notes of a data set as it was written. */
export function writeNotes({ request, layout, folders, files, skipped }: DatasetPlan): TextFile[] {
  const note = {
    format: request.format,
    splits: request.split.train < 100 ? SplitName.options : [],
    classes: layout.classes.map((name) => ({ name, folder: folders.get(name) ?? '' })),
    seed: request.seed,
    split: request.split,
  }
  return [
    { name: noteFile, pieces: [`${JSON.stringify(note, null, 2)}\n`] },
    { name: 'classes.txt', pieces: layout.classes.map((name) => `${name.replaceAll(/\s+/g, ' ')}\n`) },
    { name: 'labelroom-files.csv', pieces: fileTable(files, skipped) },
  ]
}

/** One row for each label of a file, and one for each file that was skipped. */
function* fileTable(files: readonly PlannedFile[], skipped: readonly SkippedFile[]): Generator<string> {
  yield toCsv([['file_name', 'split', 'label', 'source', 'score', 'status', 'reason', 'original']])
  for (const { fileName, split, labels, source, score, path } of files) {
    const cells = [source, score?.toFixed(6) ?? '', 'exported', '', path]
    yield toCsv(labels.map((label) => [fileName, split, label, ...cells]))
  }
  for (const { path, reason } of skipped) yield toCsv([['', '', '', '', '', 'skipped', reason, path]])
}
