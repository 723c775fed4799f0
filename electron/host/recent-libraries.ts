// Remembers which libraries were opened, newest first, in a small file of the data folder.
import path from 'node:path'
import { z } from 'zod'
import { maxOwnFileBytes, readRegular } from '../common/open-file.ts'
import { makePrivateFolder } from '../common/private-files.ts'
import { writeFileAtomic } from '../common/write-atomic.ts'

const RecentLibraries = z.array(z.object({ file: z.string(), openedAtMs: z.int() }))
export type RecentLibraries = z.infer<typeof RecentLibraries>

const maxEntries = 10

export const recentLibrariesFile = (dataFolder: string): string =>
  path.join(dataFolder, 'recent-libraries.json')

/** A list that is missing or damaged counts as empty: it is only a convenience. */
export async function readRecentLibraries(dataFolder: string): Promise<RecentLibraries> {
  try {
    const text = await readRegular(recentLibrariesFile(dataFolder), maxOwnFileBytes)
    return RecentLibraries.parse(JSON.parse(text.toString()))
  } catch {
    return []
  }
}

/** Their files alone, the newest first. */
export const listRecentLibraries = async (dataFolder: string): Promise<string[]> =>
  (await readRecentLibraries(dataFolder)).map(({ file }) => file)

/** Puts the library at the front. */
export async function rememberLibrary(dataFolder: string, file: string): Promise<void> {
  const others = (await readRecentLibraries(dataFolder)).filter((entry) => entry.file !== file)
  const entries = [{ file, openedAtMs: Date.now() }, ...others].slice(0, maxEntries)
  makePrivateFolder(dataFolder)
  await writeFileAtomic(recentLibrariesFile(dataFolder), JSON.stringify(entries, null, 2), {
    isPrivate: true,
  })
}
