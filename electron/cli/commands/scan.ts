// `labelroom scan`: reads folders into the library without labelling.
import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.ts'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { tell } from '../stderr.ts'

export function addScanCommand(command: Command): void {
  command
    .argument('<folder...>', 'folders with photos; subfolders are included')
    .addOption(opt.libraryOption())
    .action(async (folders: string[], options: LibraryOptions) => {
      await withLibrary({ ...options, mayBeNew: true }, async ({ client }) => {
        const found = await client.library.scan({ folders: folders.map(libraryPath) })
        const { files, photos: different, skipped, failed, missing, notHere } = found
        const photos = files - skipped - failed
        const copies = different < photos ? ` (${different} different)` : ''
        const gone = missing === 1 ? '1 known file is missing' : `${missing} known files are missing`
        if (notHere > 0)
          tell(
            `${notHere} files are in a cloud and not on this computer; they were skipped and not downloaded.`,
          )
        tell(`${files} files: ${photos} photos${copies}, ${skipped} skipped, ${failed} failed; ${gone}.`)
        process.exitCode = failed > 0 ? exitCodes.someFailed : exitCodes.allLabelled
      })
    })
}
