// `labelroom export --out`: a dataset for training elsewhere.
import {
  DatasetFormat,
  type DatasetCounts,
  type DatasetPreview,
  type PhotoPlacement,
} from '../../contract/exports.ts'
import { english } from '../../texts/message.ts'
import { findModel } from '../find-model.ts'
import type { OpenLibrary } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import { printRow } from '../print-row.ts'
import { toLine } from '../terminal-text.ts'
import { runExport } from '../run-export.ts'
import { tell } from '../stderr.ts'

export interface DatasetOptions {
  /** Not needed for a dry run. */
  readonly out?: string
  readonly format: string
  readonly model?: string
  readonly min?: number
  readonly confirmed?: true
  readonly split: { readonly train: number; readonly val: number; readonly test: number }
  readonly seed: number
  readonly link: PhotoPlacement
  readonly similar: number
  readonly several: 'first' | 'skip'
  readonly metadata: 'csv' | 'jsonl'
  readonly dryRun?: boolean
}

/** Labels that are listed. */
const shownLabels = 40
const shownRows = 5

export async function exportDataset(
  library: OpenLibrary,
  folders: readonly string[],
  options: DatasetOptions,
): Promise<void> {
  const { client } = library
  const { model, split, seed, out } = options
  const request = {
    format: DatasetFormat.parse(options.format),
    folders: folders.map(libraryPath),
    minScore: options.confirmed === true ? null : (options.min ?? null),
    modelId: model === undefined ? null : (await findModel(client, model)).id,
    severalLabels: options.several,
    split,
    seed,
    minCosine: options.similar,
    placement: options.link,
    metadata: options.metadata,
  }
  if (options.dryRun === true || out === undefined) {
    describePreview(await client.exports.preview({ request, limit: shownRows }))
    return
  }
  const folder = libraryPath(out)
  const report = await runExport(library, folder, () => client.exports.dataset({ request, folder }))
  if (report === null) return
  describeCounts(report)
  tell(`Written to ${report.folder}.`)
}

function describePreview({ counts, rows }: DatasetPreview): void {
  for (const { fileName, labels, path } of rows) printRow(fileName, labels.join(', '), path)
  describeCounts(counts)
  tell('Nothing was written: this was a dry run.')
}

/** Totals that add up, the reasons, and the photos of each label. */
function describeCounts({
  files,
  exported,
  skipped,
  labels,
  splits,
  duplicateGroups,
  bytes,
}: DatasetCounts): void {
  const left = files - exported
  tell(`${files} files: ${exported} exported (${(bytes / 1e6).toFixed(1)} MB), ${left} skipped.`)
  for (const { reason, files: count } of skipped) tell(`  ${count}: ${english(reason)}`)
  tell(
    `train ${splits.train}, val ${splits.val}, test ${splits.test}; ${duplicateGroups} groups of photos that look the same were kept together.`,
  )
  for (const { name, train, val, test } of labels.slice(0, shownLabels))
    tell(`  ${toLine(name)}\t${train}\t${val}\t${test}`)
  if (labels.length > shownLabels) tell(`  … and ${labels.length - shownLabels} more labels.`)
}
