// Writes a whole file beside its place and then puts it there, so that a failure leaves the old one whole.
import { open, realpath, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { toOutputError } from './output-error.ts'

/** Throws AppError `output-unwritable` or `disk-full`. */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const target = await realpath(file).catch(() => file)
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`)
  try {
    {
      await using handle = await open(temporary, 'w')
      await handle.appendFile(bytes)
      await handle.sync()
    }
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw toOutputError(error, file)
  }
}
