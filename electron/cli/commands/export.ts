// `labelroom export`: gives labels that are in the library already as a file.
import type { Command } from 'commander'
import type { ExportFormat } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
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
      await withLibrary(options, async ({ client }) => {
        const models = options.model === undefined ? null : await client.models.list({})
        const wanted = models?.find(({ id, name }) => name === options.model || String(id) === options.model)
        if (models !== null && wanted === undefined)
          throw new AppError(
            'model-missing',
            `There is no model ${options.model ?? ''} in the library; see labelroom models.`,
          )
        const top = options.top ?? defaultTop(options.format)
        await writeLabels(
          client,
          folders.map(opt.toCorePath),
          wanted?.id ?? null,
          { ...options, top },
          options.csv,
        )
      })
    })
}
