// Remembers which libraries were opened, newest first, in a small file of the data folder.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

const RecentLibraries = z.array(z.object({ file: z.string(), openedAtMs: z.int() }))
export type RecentLibraries = z.infer<typeof RecentLibraries>

const maxEntries = 10

const listFile = (dataFolder: string) => path.join(dataFolder, 'recent-libraries.json')

/** A list that is lost or damaged is an empty one: nothing but a convenience hangs on it. */
export async function readRecentLibraries(dataFolder: string): Promise<RecentLibraries> {
  try {
    return RecentLibraries.parse(JSON.parse(await readFile(listFile(dataFolder), 'utf8')))
  } catch {
    return []
  }
}

/** Puts the library at the front. */
export async function rememberLibrary(dataFolder: string, file: string): Promise<void> {
  const others = (await readRecentLibraries(dataFolder)).filter((entry) => entry.file !== file)
  const entries = [{ file, openedAtMs: Date.now() }, ...others].slice(0, maxEntries)
  await mkdir(dataFolder, { recursive: true })
  const partial = `${listFile(dataFolder)}.${process.pid}.partial`
  await writeFile(partial, JSON.stringify(entries, null, 2))
  await rename(partial, listFile(dataFolder))
}
