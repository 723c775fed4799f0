// The file of one shard in a folder of Parquet files, which engines read as one table partitioned by `shard`.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from '../common/errno.ts'
import { libraryPath } from '../common/library-path.ts'
import { AppError } from '../contract/errors.ts'
import type { Shard } from '../contract/jobs.ts'
import { verbatim } from '../texts/message.ts'

/** Digits enough for all of them, three at least, so that names sort as numbers. */
const folderOf = ({ index, count }: Shard): string =>
  `shard=${String(index).padStart(Math.max(3, String(count).length), '0')}`

/** Makes the folder of the part, so that it is known before long work that it can be written. Returns the file. */
export async function preparePart(table: string, shard: Shard | null): Promise<string> {
  const folder = shard === null ? table : path.join(table, folderOf(shard))
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new AppError(
      'output-unwritable',
      verbatim(`The folder ${folder} cannot be made (${errorCode(error) ?? ''}). Choose another place.`),
    )
  })
  return libraryPath(path.join(folder, 'part-0.parquet'))
}
