// `labelroom export`: labels that are in the library already as a file, a dataset, or a model that learned them.
import { Option, type Command } from 'commander'
import {
  ExportFormat,
  type ExportColumn,
  DatasetFormat,
  ModelExportFormat,
  PhotoPlacement,
} from '../../contract/exports.ts'
import { UsageError } from '../exit-codes.ts'
import { findModel } from '../find-model.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { defaultTop, formatOfFile, writeLabels } from '../write-labels.ts'
import { exportDataset, type DatasetOptions } from './export-dataset.ts'
import { exportModel, type ModelOptions } from './export-model.ts'

interface ExportOptions extends LibraryOptions, DatasetOptions, Omit<ModelOptions, 'out' | 'format'> {
  readonly csv?: string
  readonly top?: number
  readonly columns?: ExportColumn[]
  readonly spreadsheetSafe: boolean
  readonly overwrite: boolean
  readonly embeddings: boolean
}

const formats = [
  ...new Set([...ExportFormat.options, ...DatasetFormat.options, ...ModelExportFormat.options]),
]

export function addExportCommand(command: Command): void {
  command
    .argument('[folder...]', 'folders that have been scanned or labelled (default: the whole library)')
    .addOption(new Option('--format <format>', 'what to write').choices(formats).default('long'))
    .option(
      '--csv <file>',
      'write the labels to this file, Parquet where it ends in .parquet; - is standard output (default)',
    )
    .option('--out <folder>', 'write a dataset or a model into this folder, which is new or empty')
    .addOption(opt.modelOption())
    .addOption(opt.columnsOption())
    .addOption(opt.embeddingsOption())
    .addOption(opt.topOption())
    .addOption(opt.minOption().default(undefined))
    .option('--confirmed', 'only labels that you confirmed')
    .addOption(opt.spreadsheetSafeOption())
    .addOption(opt.overwriteOption())
    .addOption(opt.splitOption())
    .addOption(opt.seedOption())
    .addOption(
      new Option('--link <how>', 'how photos get into the dataset')
        .choices(PhotoPlacement.options)
        .default('copy'),
    )
    .addOption(opt.similarOption())
    .addOption(
      new Option('--several <what>', 'photos with several labels, where there is room for one')
        .choices(['first', 'skip'])
        .default('first'),
    )
    .addOption(new Option('--metadata <type>', 'of the format hf').choices(['csv', 'jsonl']).default('csv'))
    .option('--head <version>', 'for onnx and safetensors (default: the head in use, else the newest)')
    .option('--dry-run', 'only say what a dataset would hold')
    .addOption(opt.libraryOption())
    .action((folders: string[], options: ExportOptions) =>
      withLibrary(options, (library) => run(library, folders, options)),
    )
}

function run(library: OpenLibrary, folders: string[], options: ExportOptions): Promise<void> {
  const { out, csv, dryRun = false } = options
  const format = formatOfFile(options.format, csv)
  if (out !== undefined && csv !== undefined) throw new UsageError('Give either --csv or --out.')
  const text = ExportFormat.safeParse(format)
  const isDataset = DatasetFormat.safeParse(format).success
  if (isDataset && (out !== undefined || dryRun)) return exportDataset(library, folders, options)
  if (dryRun && (out !== undefined || text.success))
    throw new UsageError(`--dry-run is for datasets: ${DatasetFormat.options.join(', ')}.`)
  if (ModelExportFormat.safeParse(format).success && out !== undefined)
    return exportModel(library, { ...options, out })
  if (text.success && out === undefined)
    return exportText(library, folders, { ...options, format: text.data })
  throw new UsageError(
    out === undefined
      ? `The format ${format} needs --out with a new or empty folder.`
      : `The format ${format} is one file: give --csv instead of --out.`,
  )
}

async function exportText(
  library: OpenLibrary,
  folders: readonly string[],
  options: Omit<ExportOptions, 'format'> & { readonly format: ExportFormat },
): Promise<void> {
  const { model, format, csv = '-', min = 0, confirmed = false } = options
  const known = model === undefined ? null : await findModel(library.client, model)
  await writeLabels(
    library,
    folders.map(libraryPath),
    { jobId: null, modelId: known?.id ?? null, isConfirmedOnly: confirmed },
    { ...options, format, min, top: options.top ?? defaultTop(format) },
    csv,
  )
}
