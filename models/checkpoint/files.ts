// Small helpers to read a model folder's files with errors that name the file.
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { z } from 'zod'
import { isDiskFull } from '../../electron/common/errno.ts'
import { openRegular, readRegular, RefusedFile } from '../../electron/common/open-file.ts'
import { msg } from '../../electron/texts/message.ts'
import { ModelError } from '../model-error.ts'

const systemCode = (error: unknown): string =>
  error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : ''

/** Runs `work`, which reads one file. @throws ModelError naming the file where the system refuses. */
export async function reading<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RefusedFile) {
      const message = msg('{{file}} cannot be read. {{why}}', { file, why: error.translatable })
      throw new ModelError('model-invalid', message, { cause: error })
    }
    const code = systemCode(error)
    if (code === '') throw error
    if (code === 'ENOENT') {
      throw new ModelError('model-missing', msg('{{file}} is no longer there; put it back.', { file }), {
        cause: error,
      })
    }
    const message =
      code === 'EACCES' || code === 'EPERM'
        ? msg('{{file}} may not be read; give yourself permission to read it.', { file })
        : msg('{{file}} cannot be read ({{code}}); check the disk, or copy the file again.', { file, code })
    throw new ModelError('model-invalid', message, { cause: error })
  }
}

/** Runs `work`, which writes into a folder. @throws ModelError naming the folder where the system refuses. */
export async function writing<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = systemCode(error)
    if (code === '') throw error
    if (isDiskFull(error)) {
      const message = msg(
        "The disk is too full for the model's graph in {{folder}}; free some space there.",
        { folder },
      )
      throw new ModelError('disk-full', message, { cause: error })
    }
    const message = msg(
      "The model's graph cannot be kept in {{folder}} ({{code}}); make it a folder that you may write to.",
      { folder, code },
    )
    throw new ModelError('output-unwritable', message, { cause: error })
  }
}

/** Null where the path does not exist. */
export async function statOrNull(path: string) {
  return reading(path, async () => {
    try {
      return await stat(path)
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return null
      throw error
    }
  })
}

export async function isFile(path: string): Promise<boolean> {
  return (await statOrNull(path))?.isFile() === true
}

/** Configurations and lists of labels; the largest known, of 21,841 classes, has 3 MB. */
const maxTextBytes = 16 * 1024 * 1024

/** Text without the byte order mark that editors of Windows put before it. */
export async function readText(file: string, maxBytes = maxTextBytes): Promise<string> {
  const bytes = await reading(file, () => readRegular(file, maxBytes))
  return bytes.toString().replace(/^\uFEFF/, '')
}

/**
 * Reads a JSON file; null where it is absent.
 * @throws ModelError `model-invalid` where it is not JSON or does not match the schema, naming the field.
 */
export async function readJson<T>(
  file: string,
  schema: z.ZodType<T>,
  maxBytes = maxTextBytes,
): Promise<T | null> {
  if (!(await isFile(file))) return null
  const text = await readText(file, maxBytes)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new ModelError(
      'model-invalid',
      msg('{{file}} is not valid JSON; correct it or copy it again.', { file }),
      {
        cause: error,
      },
    )
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue === undefined ? msg('its content') : `${issue.path.join('.')} (${issue.message})`
  throw new ModelError(
    'model-invalid',
    msg('{{file}} has an unusable value in {{where}}; correct it.', { file, where }),
    {
      cause: parsed.error,
    },
  )
}

/**
 * 16 hexadecimal digits of the sha256 over the files' whole content, in this order. Everything is hashed, not
 * a sample: a fine-tuned head changes a few hundred bytes anywhere in a file, and a stale graph would mislabel.
 */
export async function hashFiles(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) {
    await reading(file, async () => {
      const { handle, stats } = await openRegular(file)
      await using opened = handle
      // The length first, so that bytes cannot move from one file to the next unnoticed.
      hash.update(`${stats.size}\n`)
      for await (const chunk of opened.createReadStream({ highWaterMark: 1 << 20, autoClose: false }))
        hash.update(chunk as Buffer)
    })
  }
  return hash.digest('hex').slice(0, 16)
}
