// Parts of requests that a caller may make large: each is checked by one look, so that a wrong one is refused with one
// issue and not with one for each of its millions of entries.
import { z } from 'zod'
import { maxLabelLength } from '../common/label-name.ts'

/** More than any list of folders, labels or rules; ImageNet-21k has 21,841 classes. */
const maxEntries = 50_000
/** More than the photos and files of a very large library. */
const maxIds = 5_000_000

interface ListLimits {
  readonly min?: number
  readonly max?: number
}

/** A list in a request, of other things than numbers of photos and files. */
export function list<T extends z.ZodType>(entry: T, { min = 0, max = maxEntries }: ListLimits = {}) {
  const isList = (value: unknown) => Array.isArray(value) && value.length >= min && value.length <= max
  return z.custom<z.input<T>[]>(isList, `a list of ${min} to ${max} entries expected`).pipe(z.array(entry))
}

/** Texts by names in a request. */
export function texts(maxNames: number) {
  const isTable = (value: unknown) =>
    typeof value === 'object' && value !== null && Object.keys(value).length <= maxNames
  return z
    .custom<Record<string, string>>(isTable, `at most ${maxNames} named texts expected`)
    .pipe(z.record(z.string(), z.string()))
}

/** Numbers of photos, files and the like in a request. */
export function ids<Id extends number>({ min = 0, max = maxIds }: ListLimits = {}) {
  const isId = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0
  const areIds = (value: unknown) =>
    Array.isArray(value) && value.length >= min && value.length <= max && value.every(isId)
  return z
    .custom<number[]>(areIds, `a list of ${min} to ${max} positive whole numbers expected`)
    .transform((value) => value as Id[])
}

/** The name of a label that a request creates. */
export const LabelName = z.string().trim().min(1).max(maxLabelLength)

/** Words to search for. */
export const SearchText = z.string().max(1000)
