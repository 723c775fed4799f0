// `labelroom library`: its backups, whether it is sound, and folders that lie elsewhere now.
import type { Command } from 'commander'
import type { Backup } from '../../contract/backups.ts'
import { ShownOfPair } from '../../contract/library.ts'
import { AppError } from '../../contract/errors.ts'
import { backUpLibrary, checkLibraryFile, listLibraryBackups, restoreBackup } from '../../host/backups.ts'
import { verbatim } from '../../texts/message.ts'
import { findLibrary, withLibrary, type LibraryOptions } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { printRow } from '../print-row.ts'
import { toLine } from '../terminal-text.ts'
import { printConflict } from '../conflicts.ts'
import { tell } from '../stderr.ts'

export function addLibraryCommand(library: Command): void {
  library
    .command('backups', { isDefault: true })
    .description('the backups of the library, the newest first: time, why, confirmed labels, bytes, file')
    .addOption(opt.libraryOption())
    .action(list)
  library
    .command('backup')
    .description('copy the library to its backups, or to a file, and verify the copy')
    .argument('[file]', 'a new file (default: in the folder for backups)')
    .addOption(opt.libraryOption())
    .action(backUp)
  library
    .command('restore')
    .description('put a backup in the place of the library, which is itself backed up before')
    .argument('<file>', 'a backup; labelroom library lists them')
    .addOption(opt.libraryOption())
    .action(restore)
  library
    .command('check')
    .description('read the whole library, or a backup, and say whether it is sound')
    .argument('[file]', 'a backup or another library (default: the library)')
    .addOption(opt.libraryOption())
    .action(check)
  library
    .command('pairs')
    .description('of a RAW file and a JPEG or HEIC of one name, the one that is shown and labelled for both')
    .argument('[shown]', 'picture (default) or raw, from the next scan on')
    .addOption(opt.libraryOption())
    .action(choosePairs)
  library
    .command('conflicts')
    .description(
      'what merged libraries said otherwise: photo, label here (or stars, or flag), state, time, label there, state, time, library, what holds',
    )
    .addOption(opt.libraryOption())
    .action((options: LibraryOptions) =>
      withLibrary(options, async ({ client }) => {
        for (const conflict of await client.imports.conflicts({ limit: 100_000 })) printConflict(conflict)
      }),
    )
  library
    .command('relocate')
    .description(
      'go on with a folder that lies elsewhere now, as on another machine; its photos are compared',
    )
    .argument('<old>', 'a folder of the library')
    .argument('<new>', 'where the same photos are')
    .addOption(opt.libraryOption())
    .action(relocate)
}

async function relocate(from: string, to: string, options: LibraryOptions): Promise<void> {
  const [before, after] = [libraryPath(from), libraryPath(to)]
  await withLibrary(options, async ({ client }) => {
    const { files } = await client.library.moveFolder({ from: before, to: after })
    // Another machine may have other dates and numbers for them.
    await client.library.scan({ folders: [after] })
    tell(`${files} files are at ${toLine(after)} now; labels and suggestions are kept.`)
  })
}

async function choosePairs(shown: string | undefined, options: LibraryOptions): Promise<void> {
  const wanted = shown === undefined ? null : ShownOfPair.safeParse(shown)
  if (wanted?.success === false)
    throw new AppError('bad-request', verbatim(`'${shown ?? ''}' is neither 'picture' nor 'raw'.`))
  await withLibrary({ ...options, mayBeNew: true }, async ({ client }) => {
    if (wanted !== null) await client.library.showOfPair({ shown: wanted.data })
    printRow((await client.library.summary({})).shownOfPair)
  })
}

async function list(options: LibraryOptions): Promise<void> {
  const place = await findLibrary(options)
  const backups = listLibraryBackups(place)
  for (const { atMs, reason, labels, sizeBytes, file } of backups)
    printRow(new Date(atMs).toISOString(), reason, labels ?? '', sizeBytes, file)
  if (backups.length === 0) tell(`There is no backup of ${toLine(place.libraryFile)} yet.`)
}

async function backUp(file: string | undefined, options: LibraryOptions): Promise<void> {
  const target = file === undefined ? null : libraryPath(file)
  const backup = await backUpLibrary(await findLibrary(options), target)
  tell(`Backed up with ${describeLabels(backup)}; the copy is verified: ${toLine(backup.file)}`)
}

async function restore(file: string, options: LibraryOptions): Promise<void> {
  const place = await findLibrary(options)
  const backup = libraryPath(file)
  const replaced = await restoreBackup(place, backup)
  tell(`${toLine(place.libraryFile)} is as it was in ${toLine(backup)} now.`)
  if (replaced !== null) tell(`What it was before is kept in ${toLine(replaced)}`)
}

async function check(file: string | undefined, options: LibraryOptions): Promise<void> {
  const { libraryFile } = await findLibrary(options)
  const checked = file === undefined ? libraryFile : libraryPath(file)
  const { photos, labels, damage } = await checkLibraryFile(checked)
  if (damage !== null)
    throw new AppError(
      'library-corrupt',
      verbatim(`${checked} is damaged (${damage}). Restore a backup: labelroom library restore FILE`),
    )
  tell(`${toLine(checked)} is sound: ${photos ?? 0} photos, ${describeLabels({ labels })}.`)
}

const describeLabels = ({ labels }: Pick<Backup, 'labels'>): string =>
  labels === 1 ? '1 confirmed label' : `${labels ?? 0} confirmed labels`
