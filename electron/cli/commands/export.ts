// `labelroom export`: gives labels that are in the library already as a file.
import type { Command } from 'commander'
import type { ExportFormat } from '../../contract/domain.ts'
import { findModel } from '../find-model.ts'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { defaultTop, writeLabels } from '../write-labels.ts'

interface ExportOptions extends LibraryOptions {
  readonly model?: string
  readonly csv: string
  readonly format: ExportFormat
  readonly top?: number
  readonly min: number
  readonly spreadsheetSafe: boolean
}

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('write the labels that the library has for the folders; nothing is labelled')
    .argument('<folder...>', 'folders that have been scanned or labelled')
    .option('--csv <file>', 'write to this file; - is standard output', '-')
    .addOption(opt.modelOption())
    .addOption(opt.formatOption())
    .addOption(opt.topOption())
    .addOption(opt.minOption())
    .addOption(opt.libraryOption())
    .addOption(opt.spreadsheetSafeOption())
    .action(async (folders: string[], options: ExportOptions) => {
      opt.refuseEmpty(...folders, options.csv)
      await withLibrary(options, async ({ client }) => {
        const { model } = options
        const known = model === undefined ? null : await findModel(client, model)
        const top = options.top ?? defaultTop(options.format)
        await writeLabels(
          client,
          folders.map(opt.toCorePath),
          { jobId: null, modelId: known?.id ?? null },
          { ...options, top },
          options.csv,
        )
      })
    })
}
