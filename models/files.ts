// Small helpers to read a model folder's files with errors that name the file.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import type { z } from 'zod'
import { ModelError } from './model-error.ts'

/** Null where nothing is there or it cannot be looked at. */
export async function statOrNull(path: string) {
  try {
    return await stat(path)
  } catch {
    return null
  }
}

export async function isFile(path: string): Promise<boolean> {
  return (await statOrNull(path))?.isFile() === true
}

/**
 * Reads a JSON file; null where it is absent.
 * @throws ModelError `model-invalid` where it is no JSON or not of the expected form, naming the field.
 */
export async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  if (!(await isFile(file))) return null
  let json: unknown
  try {
    json = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new ModelError('model-invalid', `${file} is not valid JSON; correct it or copy it again.`, {
      cause: error,
    })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue === undefined ? 'its content' : `${issue.path.join('.')} (${issue.message})`
  throw new ModelError('model-invalid', `${file} has an unusable value in ${where}; correct it.`, {
    cause: parsed.error,
  })
}

/**
 * 16 hexadecimal digits of the sha256 over the files' whole content, in the order given. Everything is hashed, not
 * a sample: a fine-tuned head changes a few hundred bytes anywhere in a file, and a stale graph would mislabel.
 */
export async function hashFiles(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) {
    // The length first, so that bytes cannot move from one file to the next unnoticed.
    hash.update(`${(await stat(file)).size}\n`)
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  }
  return hash.digest('hex').slice(0, 16)
}
