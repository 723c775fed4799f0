// Which files pass a filter, and in which order. One pass over columns in memory.
import { PhotoState, type PhotoFilter, type PhotoSort, type PlaceRange } from '../../contract/browse.ts'
import { codeOfFlag } from '../domain/rating.ts'
import { isInside } from '../files/folders.ts'
import type { FileTable } from './file-table.ts'
import { conceptOf } from '../domain/label-concept.ts'
import type { LabelNames } from '../domain/label-names.ts'
import { compareNames } from './name-order.ts'
import { noScore, photoStates, stateCode, type PhotoTable } from './photo-table.ts'
import { sortByKey } from './sort-by-key.ts'

export interface Tables {
  readonly files: FileTable
  readonly photos: PhotoTable
  readonly names: LabelNames
}

/** Where a word starts a word of a path or of a label. */
export interface FoundWord {
  /** 1 for each file, by number; longer than there are files. */
  readonly isInPath: Uint8Array
  readonly labels: readonly number[]
}

type Test = (fileId: number, photoId: number) => boolean

/** Returns the numbers of the files that pass, by name. */
export function filterFiles(
  tables: Tables,
  filter: PhotoFilter,
  words: readonly FoundWord[],
  failedFiles: readonly number[] | null = null,
): Int32Array {
  const tests = createTests(tables, filter, words)
  if (failedFiles !== null) {
    const isWanted = marked(failedFiles, tables.files.folder.length)
    tests.unshift((id) => isWanted[id] === 1)
  }
  const photoOf = tables.files.photo
  let passed = tables.files.byName()
  for (const test of tests) passed = narrowed(passed, photoOf, test)
  return passed
}

/** One test at a time, by index: at a million files, all tests of each file or an iterator take several times as long. */
function narrowed(ids: Int32Array, photoOf: Int32Array, test: Test): Int32Array {
  const passed = new Int32Array(ids.length)
  let count = 0
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0
    if (test(id, photoOf[id] ?? 0)) passed[count++] = id
  }
  return passed.subarray(0, count)
}

/** Returns the same files in the requested order; those without a score come last in both directions. */
export function sortFiles(
  tables: Tables,
  ids: Int32Array,
  { by, isDescending }: PhotoSort,
  filter: PhotoFilter,
): Int32Array {
  if (by === 'name' || (by === 'given' && filter.photoIds === null))
    return isDescending ? ids.toReversed() : ids
  const keys = sortKeys(tables, ids, by, filter)
  if (isDescending) for (let i = 0; i < keys.length; i++) if (keys[i] !== Infinity) keys[i] = -(keys[i] ?? 0)
  return sortByKey(ids, keys)
}

/** Returns what each of these files, which are in the order of names, is sorted by; Infinity where it has no score. */
export function sortKeys(
  tables: Tables,
  ids: Int32Array,
  by: PhotoSort['by'],
  filter: PhotoFilter,
): Float64Array {
  const { files, photos } = tables
  if (by === 'folder') return folderPlaces(files, ids)
  const indexOf =
    by === 'given' ? new Map<number, number>((filter.photoIds ?? []).map((id, index) => [id, index])) : null
  const placeOf = by === 'label' ? labelPlaces(tables) : null
  const scoreOf =
    by === 'uncertainty' ? (id: number) => photos.margin[id] ?? noScore : scoreFor(tables, filter)
  const keys = new Float64Array(ids.length)
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0
    const photoId = files.photo[id] ?? 0
    if (by === 'date') keys[i] = files.dateMsOf(id, photos)
    else if (by === 'rating') keys[i] = files.starsOf(id, photos)
    else if (placeOf !== null) keys[i] = placeOf(photoId)
    else if (indexOf !== null) keys[i] = indexOf.get(photoId) ?? 0
    else {
      const score = scoreOf(photoId)
      keys[i] = score === noScore ? Infinity : score
    }
  }
  return keys
}

/** Returns the place of each file's folder. By name the files of a folder are together, and folders are in order. */
function folderPlaces({ folder }: FileTable, ids: Int32Array): Float64Array {
  let [place, last] = [0, -1]
  return Float64Array.from(ids, (id) => {
    const here = folder[id] ?? 0
    if (here !== last) place++
    last = here
    return place
  })
}

/** Returns the place of a photo's label among all by name, of its own before a suggested one; Infinity where it has none. */
function labelPlaces({ photos, names }: Tables): (photoId: number) => number {
  const texts = Array.from({ length: names.size }, (_, label) => names.nameOf(label))
  const byName = [...texts.keys()].sort((a, b) => compareNames(texts[a] ?? '', texts[b] ?? ''))
  const places = new Float64Array(names.size)
  for (const [place, label] of byName.entries()) places[label] = place
  const { pool } = photos
  return (photoId) => {
    const confirmed = photos.annotatedOf(photoId)?.confirmed ?? []
    if (confirmed.length > 0) return Math.min(...confirmed.map((label) => places[label] ?? Infinity))
    if ((photos.bestScore[photoId] ?? noScore) === noScore) return Infinity
    return places[pool.visible[pool.startOf(photoId)] ?? 0] ?? Infinity
  }
}

/** Returns how many files of each state are among these. */
export function countStates({ files, photos }: Tables, ids: Int32Array): Record<PhotoState, number> {
  const counts = new Int32Array(photoStates.length)
  for (const id of ids) {
    const code = files.stateOf(id, photos)
    counts[code] = (counts[code] ?? 0) + 1
  }
  return Object.fromEntries(
    PhotoState.options.map((state) => [state, counts[stateCode[state]] ?? 0]),
  ) as Record<PhotoState, number>
}

/** One test for each condition, the cheap ones first. */
function createTests(tables: Tables, filter: PhotoFilter, words: readonly FoundWord[]): Test[] {
  const tests: Test[] = []
  const { files, photos, names } = tables
  const { folder, states, minScore, maxScore, fromMs, toMs, photoIds, modelId, isChanged } = filter
  if (folder !== null) {
    const isWanted = Uint8Array.from(files.folders, (path) => (isOrIsIn(path, folder) ? 1 : 0))
    tests.push((id) => isWanted[files.folder[id] ?? 0] === 1)
  }
  if (states.length === 0) tests.push((id) => !files.isSkipped(id))
  else if (states.length < photoStates.length) {
    const isWanted = Uint8Array.from(photoStates, (state) => (states.includes(state) ? 1 : 0))
    tests.push((id) => isWanted[files.stateOf(id, photos)] === 1)
  }
  if (photoIds !== null) {
    const isWanted = marked(photoIds, photos.size)
    tests.push((_, photoId) => isWanted[photoId] === 1)
  }
  if (isChanged) tests.push((_, photoId) => photos.annotatedOf(photoId)?.isChanged === true)
  tests.push(...fileTests(files, filter), ...ratingTests(tables, filter))
  if (filter.isUncertain) tests.push((_, photoId) => photos.isUncertain[photoId] === 1)
  if (modelId !== null) {
    const isSeen = photos.seenBy(modelId)
    tests.push((_, photoId) => isSeen[photoId] === 1)
  }
  if (minScore !== null || maxScore !== null) {
    const [low, high] = [minScore ?? 0, maxScore ?? 1]
    const scoreOf = scoreFor(tables, filter)
    // What the user said is as sure as can be: "dogs over 90%" are their dogs, too.
    const isOwn = high === 1 && filter.labels.length > 0 ? markedLabels(names, filter.labels) : null
    tests.push((_, photoId) => {
      const score = scoreOf(photoId)
      return (score >= low && score <= high) || (isOwn !== null && photos.isConfirmed(photoId, isOwn))
    })
  }
  if (fromMs !== null || toMs !== null) {
    const [low, high] = [fromMs ?? -Infinity, toMs ?? Infinity]
    tests.push((id) => {
      const dateMs = files.dateMsOf(id, photos)
      return dateMs >= low && dateMs < high
    })
  }
  const ofLabels = labelTests(tables, filter)
  if (filter.needsAllLabels || ofLabels.length === 1) tests.push(...ofLabels)
  else if (ofLabels.length > 0) tests.push((id, photoId) => ofLabels.some((test) => test(id, photoId)))
  for (const { isInPath, labels: found } of words) {
    const isWanted = marked(found, names.size)
    tests.push(
      (id, photoId) => isInPath[id] === 1 || (found.length > 0 && photos.hasLabel(photoId, isWanted)),
    )
  }
  return tests
}

/** By what the files are and say. */
function fileTests(files: FileTable, { cameras, lenses, extensions, place }: PhotoFilter): Test[] {
  const ofValues = (wanted: readonly string[], names: readonly string[], numbers: Int32Array): Test[] => {
    if (wanted.length === 0) return []
    const isWanted = Uint8Array.from(names, (name) => (wanted.includes(name) ? 1 : 0))
    return [(id) => isWanted[numbers[id] ?? 0] === 1]
  }
  return [
    ...ofValues(cameras, files.cameras, files.camera),
    ...ofValues(lenses, files.lenses, files.lens),
    ...ofValues(extensions, files.extensions, files.extension),
    ...(place === null ? [] : [(id: number) => isWithin(place, files.latitude[id], files.longitude[id])]),
  ]
}

/** By stars and flags, whoever gave them. */
function ratingTests({ files, photos }: Tables, { minRating, flags }: PhotoFilter): Test[] {
  const wanted = flags.map((flag) => codeOfFlag[flag])
  return [
    ...(minRating === null ? [] : [(id: number) => files.starsOf(id, photos) >= minRating]),
    ...(flags.length === 0 ? [] : [(id: number) => wanted.some((code) => code === files.flagOf(id, photos))]),
  ]
}

function isWithin(
  { south, north, west, east }: PlaceRange,
  latitude = Number.NaN,
  longitude = Number.NaN,
): boolean {
  const isBetween =
    west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east
  return isBetween && latitude >= south && latitude <= north
}

/** One test for each way to have labels; where photos must have all of them, one for each label. */
function labelTests(tables: Tables, filter: PhotoFilter): Test[] {
  const { files, photos, names } = tables
  const parts = (wanted: readonly string[]) =>
    (filter.needsAllLabels ? wanted.map((name) => [name]) : wanted.length > 0 ? [wanted] : []).map((some) =>
      markedLabels(names, some),
    )
  return [
    ...parts(filter.labels).map(
      (isWanted): Test =>
        (_, photoId) =>
          photos.hasLabel(photoId, isWanted),
    ),
    ...parts(filter.confirmedLabels).map(
      (isWanted): Test =>
        (_, photoId) =>
          photos.isConfirmed(photoId, isWanted),
    ),
    ...parts(filter.suggestedLabels).map(
      (isWanted): Test =>
        (_, photoId) =>
          photos.suggestedScore(photoId, isWanted) !== noScore,
    ),
    ...parts(filter.keywords).map((isWanted): Test => (id, photoId) => {
      const annotated = photos.annotatedOf(photoId)?.all
      return (
        files.keywords.get(id)?.some((label) => isWanted[label] === 1 && annotated?.has(label) !== true) ===
        true
      )
    }),
  ]
}

/** Returns the score of a photo that counts under this filter: of the labels that it asks for, else the best one. */
export function scoreFor(
  { photos, names }: Tables,
  { labels, suggestedLabels }: PhotoFilter,
): (photoId: number) => number {
  const wanted = [...labels, ...suggestedLabels]
  if (wanted.length === 0) return (photoId) => photos.bestScore[photoId] ?? noScore
  const isWanted = markedLabels(names, wanted)
  return (photoId) => photos.suggestedScore(photoId, isWanted)
}

/** Returns an array with 1 at the numbers of these labels and of all below them. */
function markedLabels(names: LabelNames, wanted: readonly string[]): Uint8Array {
  const isWanted = new Uint8Array(names.size)
  const concepts = wanted.map(conceptOf)
  for (let label = 0; label < names.size; label++)
    if (concepts.some((concept) => isOrIsIn(names.conceptOf(label), concept))) isWanted[label] = 1
  return isWanted
}

const isOrIsIn = (path: string, parent: string): boolean => path === parent || isInside(path, parent)

/** Returns an array with 1 at these indices; those beyond `size` are of nothing that there is. */
function marked(indices: readonly number[], size: number): Uint8Array {
  const marks = new Uint8Array(size)
  for (const index of indices) if (index < size) marks[index] = 1
  return marks
}
