// `labelroom watch`: keeps the library up to date with folders, and labels what comes where it is asked to.
import type { Command } from 'commander'
import { libraryPath } from '../../common/library-path.ts'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { tell } from '../stderr.ts'
import { summarize } from '../summary.ts'
import { toLine } from '../terminal-text.ts'
import { untilInterrupted } from '../until-interrupted.ts'

interface WatchOptions extends LibraryOptions {
  readonly label?: boolean
}

export function addWatchCommand(command: Command): void {
  command
    .argument('<folder...>', 'folders with photos; subfolders are included')
    .option('--label', 'label new photos with the default model')
    .addOption(opt.libraryOption())
    .action(watch)
}

async function watch(folders: string[], options: WatchOptions): Promise<void> {
  const paths = folders.map(libraryPath)
  await withLibrary({ ...options, mayBeNew: true }, async ({ client, subscribe }) => {
    await client.library.scan({ folders: paths })
    const watched = await client.library.watch({ folders: paths, isNewLabelled: options.label === true })
    for (const { path, how } of watched)
      tell(
        how === 'events'
          ? `Watching ${toLine(path)}`
          : `Reading ${toLine(path)} once a minute: its drive does not tell of changes`,
      )
    const stopChanges = subscribe('scan.progress', ({ files, photos, skipped, failed }) => {
      tell(`Changes read: ${files} files looked at, ${photos} photos, ${skipped} skipped, ${failed} failed.`)
    })
    const stopJobs = subscribe('job.changed', (job) => {
      if (job.state !== 'running') for (const line of summarize(job)) tell(line)
    })
    await untilInterrupted()
    stopChanges()
    stopJobs()
  })
}
