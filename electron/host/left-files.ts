// Where killed programs leave temporary files, all of them ours, that a start removes.
import { tmpdir } from 'node:os'
import path from 'node:path'
import { removeLeftFiles } from '../common/left-files.ts'
import { isTemporaryName } from '../common/write-atomic.ts'
import { isLeftCopy } from '../core/store/sqlite/readonly-copy.ts'
import { cacheDir, transfersFolder } from './host-files.ts'

/** Graphs that earlier versions were building. */
const isOfCache = (name: string): boolean => isTemporaryName(name) || name.endsWith('.part')
/** Profiles by which workers measure devices; `mkdtemp` adds six characters. */
const isProfile = (name: string): boolean => /^labelroom-profile-[A-Za-z0-9]{6}$/.test(name)
/** One folder for each host. */
const isOfTransfers = (name: string): boolean => /^[0-9a-f-]{36}$/.test(name)
const isOfSamples = (name: string): boolean => /^samples\.[0-9a-f-]{36}\.partial$/.test(name)

/**
 * Removes them, and never fails. Those of exports are found by the list of outputs, those of pictures by their cache when
 * it counts them.
 */
export async function removeAllLeftFiles(
  dataFolder: string,
  libraryFile: string,
  temporaryFolder = tmpdir(),
): Promise<void> {
  const library = path.basename(libraryFile)
  /** Backups before a migration, as earlier versions were writing them. */
  const isOfBackup = (name: string) =>
    name.startsWith(`${library}.backup-v`) &&
    /^\d+\.[0-9a-f-]{36}\.part(-journal)?$/.test(name.slice(library.length + 9))
  await removeLeftFiles(dataFolder, (name) => isTemporaryName(name) || isOfSamples(name))
  await removeLeftFiles(path.dirname(libraryFile), isOfBackup)
  await removeLeftFiles(temporaryFolder, (name) => isProfile(name) || isLeftCopy(name))
  await removeLeftFiles(cacheDir(dataFolder), isOfCache)
  await removeLeftFiles(transfersFolder(dataFolder), isOfTransfers)
}
