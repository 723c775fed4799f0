// `labelroom explain`: where the model looked in one photo, as a heat map on the photo or as numbers.
import { Option, type Command } from 'commander'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { UsageError } from '../exit-codes.ts'
import { printLine } from '../stdout.ts'
import { tell } from '../stderr.ts'

interface ExplainOptions extends LibraryOptions {
  readonly out?: string
  readonly json?: true
  readonly overwrite: boolean
}

export function addExplainCommand(command: Command): void {
  command
    .argument('<photo>', 'a photo of the library')
    .option('--out <file>', 'draw the heat map on the photo: a .png, .jpg or .webp')
    .addOption(new Option('--json', 'print the value of each patch'))
    .addOption(opt.overwriteOption())
    .addOption(opt.libraryOption())
    .action((photo: string, options: ExplainOptions) =>
      withLibrary(options, async ({ client }) => {
        if (options.out === undefined && options.json === undefined)
          throw new UsageError('Say what to make of it: --out FILE or --json.')
        const { photoId } = await client.photos.find({ path: libraryPath(photo) })
        if (options.out !== undefined) {
          const file = libraryPath(options.out)
          await client.photos.drawExplanation({ photoId, file, overwrite: options.overwrite })
          tell(`${options.out}: red is where the model looked most; what it did not see is dark.`)
        }
        if (options.json === true) printLine(JSON.stringify(await client.photos.explain({ photoId })))
      }),
    )
}
