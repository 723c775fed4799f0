// Libraries beside photos, known by their header, and the files that SQLite and jobs keep beside each of them.
import { openRegular } from '../../common/open-file.ts'
import { formatOfName } from '../../contract/formats.ts'
import { companionEndings, headerBytes, isLibraryHeader } from '../store/sqlite/library-header.ts'

/** Databases are called so; no other file is opened to see whether it is a library. */
const databaseName = /\.(db|sqlite|sqlite3)$/i

/** Returns those of the names in a folder that are libraries of Labelroom. What cannot be read is none. */
export async function findLibraries(
  pathOf: (name: string) => string,
  names: readonly string[],
): Promise<string[]> {
  const found: string[] = []
  for (const name of names) if (databaseName.test(name) && (await isLibrary(pathOf(name)))) found.push(name)
  return found
}

/** Whether a file beside a library belongs to it: what SQLite writes beside it, locks of jobs, and former backups. */
export const belongsTo = (name: string, library: string): boolean =>
  formatOfName(name) === null &&
  (companionEndings.some((ending) => name === library + ending) || name.startsWith(`${library}.`))

async function isLibrary(file: string): Promise<boolean> {
  try {
    const { handle: opened } = await openRegular(file)
    await using handle = opened
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
    return isLibraryHeader(buffer.subarray(0, bytesRead))
  } catch {
    return false
  }
}
