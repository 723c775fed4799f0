// The file of one shard in a folder of Parquet files, which engines read as one table partitioned by `shard`.
import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from '../common/errno.ts'
import { libraryPath } from '../common/library-path.ts'
import { AppError } from '../contract/errors.ts'
import type { Shard } from '../contract/jobs.ts'
import { verbatim } from '../texts/message.ts'

const fileName = 'part-0.parquet'

/** Digits enough for all of them, three at least, so that names sort as numbers. */
const folderOf = ({ index, count }: Shard): string =>
  `shard=${String(index).padStart(Math.max(3, String(count).length), '0')}`

/**
 * Makes the folder of the part, so that it is known before long work that it can be written. Returns the file.
 * @throws AppError `output-unwritable`, also for a table that was divided in another way: engines would read both.
 */
export async function preparePart(table: string, shard: Shard | null): Promise<string> {
  const folder = shard === null ? table : path.join(table, folderOf(shard))
  const names = await readdir(table).catch(() => [])
  const other = names.find((name) => isOfOtherDivision(name, shard))
  if (other !== undefined)
    throw new AppError(
      'output-unwritable',
      verbatim(
        `${path.join(table, other)} is not of a table of ${shard === null ? 'one part' : `${shard.count} parts`}, whose rows would be in it twice. Remove it, or choose another folder.`,
      ),
    )
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new AppError(
      'output-unwritable',
      verbatim(`The folder ${folder} cannot be made (${errorCode(error) ?? ''}). Choose another place.`),
    )
  })
  return libraryPath(path.join(folder, fileName))
}

function isOfOtherDivision(name: string, shard: Shard | null): boolean {
  if (name === fileName) return shard !== null
  const [, digits] = /^shard=(\d+)$/.exec(name) ?? []
  if (digits === undefined) return false
  return (
    shard === null || Number(digits) > shard.count || folderOf({ ...shard, index: Number(digits) }) !== name
  )
}
