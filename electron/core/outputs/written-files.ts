// Remembers which files were written last, so that one that is still as Labelroom wrote it may be replaced without
// asking.
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { createMutex } from '../../common/mutex.ts'
import { maxOwnFileBytes, openRegular, readRegular } from '../../common/open-file.ts'
import { privateFolderMode } from '../../common/private-files.ts'
import { removeLeftFiles } from '../../common/left-files.ts'
import { isTemporaryName, writeFileAtomic } from '../../common/write-atomic.ts'

const WrittenFile = z.object({
  /** Real path of the folder, with the name of the file. */
  path: z.string(),
  sizeBytes: z.int(),
  /** Empty for a file that was begun and not finished; the one that it was to replace may have another entry. */
  sha256: z.string(),
})
export type WrittenFile = z.infer<typeof WrittenFile>

export interface WrittenFiles {
  /** Whether the file still has the bytes that were written to it last. */
  isUnchanged(file: string, sizeBytes: number): Promise<boolean>
  remember(file: WrittenFile): Promise<void>
  /** Says that a file is going to be written, so that what a killed program leaves beside it is found. */
  begin(file: string): Promise<void>
  /** Removes what killed programs left beside files that they began. */
  removeLeft(): Promise<void>
}

/** The oldest entries are dropped: the user is asked about those files. */
const maxEntries = 500
const unfinished = ''

/** Paths of the files that were written last. */
export const listWritten = async (listFile: string): Promise<string[]> =>
  (await readList(listFile)).map(({ path: file }) => file)

async function readList(listFile: string): Promise<WrittenFile[]> {
  try {
    return z.array(WrittenFile).parse(JSON.parse((await readRegular(listFile, maxOwnFileBytes)).toString()))
  } catch {
    return []
  }
}

/** `listFile` is shared by all programs of this user. A missing entry costs no more than a question. */
export function createWrittenFiles(listFile: string): WrittenFiles {
  const mutex = createMutex()

  const read = () => readList(listFile)
  const write = async (files: readonly WrittenFile[]): Promise<void> => {
    await mkdir(path.dirname(listFile), { recursive: true, mode: privateFolderMode })
    await writeFileAtomic(listFile, `${JSON.stringify(files.slice(0, maxEntries), null, 1)}\n`, {
      isPrivate: true,
    })
  }
  const add = async (file: WrittenFile): Promise<void> => {
    const others = (await read()).filter((entry) => entry.path !== file.path)
    await write([file, ...others])
  }
  const begin = async (file: string): Promise<void> => {
    const others = (await read()).filter((entry) => entry.path !== file || entry.sha256 !== unfinished)
    await write([{ path: file, sizeBytes: 0, sha256: unfinished }, ...others])
  }
  const removeLeft = async (): Promise<void> => {
    const begun = (await read()).filter(({ sha256 }) => sha256 === unfinished)
    const done = new Set<string>()
    for (const folder of new Set(begun.map((entry) => path.dirname(entry.path))))
      if (!(await removeLeftFiles(folder, isTemporaryName))) done.add(folder)
    if (done.size === 0) return
    const isDone = (entry: WrittenFile) => entry.sha256 === unfinished && done.has(path.dirname(entry.path))
    await write((await read()).filter((entry) => !isDone(entry)))
  }

  return {
    async isUnchanged(file, sizeBytes) {
      const known = (await read()).find((entry) => entry.path === file && entry.sha256 !== unfinished)
      return known?.sizeBytes === sizeBytes && known.sha256 === (await hashFile(file))
    },
    // One after the other, so that none overwrites another one. A failure is ignored: the output itself is complete.
    remember: (file) => mutex.run(() => add(file)).catch(() => undefined),
    begin: (file) => mutex.run(() => begin(file)).catch(() => undefined),
    removeLeft: () => mutex.run(removeLeft).catch(() => undefined),
  }
}

/** SHA-256 in hexadecimal digits; null where the file cannot be read. */
async function hashFile(file: string): Promise<string | null> {
  const hash = createHash('sha256')
  try {
    await using handle = (await openRegular(file)).handle
    for await (const chunk of handle.createReadStream({ autoClose: false })) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } catch {
    return null
  }
}
