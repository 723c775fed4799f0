// Files in memory, by columns, and their order by name. A file's number is its row.
import type { FileColumns, FileDetailColumns } from '../store/columns.ts'
import { codeOfFlag, rejectedRating } from '../domain/rating.ts'
import { compareNames } from './name-order.ts'
import { stateCode, type PhotoTable } from './photo-table.ts'
import { grown } from './typed-arrays.ts'

/** By the codes of `FileColumns.problems`. */
const problemStates = [stateCode.unlabelled, stateCode.skipped, stateCode.failed]
const skipped = problemStates.indexOf(stateCode.skipped)

export class FileTable {
  readonly paths: string[] = []
  /** Paths of the folders with files, by number; number 0 means none. */
  readonly folders: string[] = ['']
  /** Number of the folder; 0 for a file that does not exist. */
  folder = new Int32Array(1)
  /** Number of the photo; 0: none. */
  photo = new Int32Array(1)
  #modifiedAtMs = new Float64Array(1)
  #problem = new Uint8Array(1)
  /** Keywords that the file or its sidecar holds, as numbers of labels; files without any are missing. */
  readonly keywords = new Map<number, readonly number[]>()
  /** Names of cameras, by number; number 0 means that none is known. */
  readonly cameras: string[] = ['']
  camera = new Int32Array(1)
  readonly lenses: string[] = ['']
  lens = new Int32Array(1)
  /** Degrees; NaN where it is not known. */
  latitude = Float64Array.of(Number.NaN)
  longitude = Float64Array.of(Number.NaN)
  /** What the file says, -1..5; 0 without any, -1 where it is rejected. */
  rating = new Int8Array(1)
  /** Lower-case extensions, by number. */
  readonly extensions: string[] = ['']
  extension = new Int32Array(1)
  readonly #numbers = {
    cameras: new Map<string, number>(),
    lenses: new Map<string, number>(),
    extensions: new Map<string, number>(),
  }
  readonly #folderIds = new Map<string, number>()
  #lastFolder = 0
  #byName = new Int32Array(0)
  #added: number[] = []
  #hasRemoved = false
  /** Files that have another path than in `#byName`. */
  readonly #moved = new Set<number>()

  /** Replaces the files `from` to `to`, both inclusive; those that are not among the columns are removed. `putDetails` completes them. */
  put(from: number, to: number, columns: FileColumns): void {
    this.#grow(to + 1)
    const removed = new Set<number>()
    for (let id = from; id <= to; id++) if (this.folder[id] !== 0) removed.add(id)
    for (let i = 0; i < columns.ids.length; i++) {
      const id = columns.ids[i] ?? 0
      if (!removed.delete(id)) {
        this.#name(id, columns.paths[i] ?? '')
        this.#added.push(id)
      } else if (this.paths[id] !== columns.paths[i]) {
        this.#name(id, columns.paths[i] ?? '')
        this.#moved.add(id)
      }
      this.#problem[id] = columns.problems[i] ?? 0
    }
    for (const id of removed) {
      this.folder[id] = 0
      this.photo[id] = 0
      this.#hasRemoved = true
    }
  }

  /** Replaces what else is known of the files `from` to `to`, both inclusive. */
  putDetails(
    from: number,
    to: number,
    { files, metadata, keywords }: FileDetailColumns,
    labelOf: (name: string) => number,
  ): void {
    for (let i = 0; i < files.ids.length; i++) {
      const id = files.ids[i] ?? 0
      this.photo[id] = files.photoIds[i] ?? 0
      this.#modifiedAtMs[id] = files.modifiedAtMs[i] ?? 0
    }
    this.#putMetadata(from, to, metadata)
    this.#putKeywords(from, to, keywords, labelOf)
  }

  #putMetadata(from: number, to: number, metadata: FileDetailColumns['metadata']): void {
    const { fileIds, cameras, lenses, ratings, latitudes, longitudes } = metadata
    this.camera.fill(0, from, to + 1)
    this.lens.fill(0, from, to + 1)
    this.latitude.fill(Number.NaN, from, to + 1)
    this.longitude.fill(Number.NaN, from, to + 1)
    this.rating.fill(0, from, to + 1)
    for (const [i, id] of fileIds.entries()) {
      const [camera, rating] = [cameras[i] ?? null, ratings[i] ?? null]
      if (camera !== null) this.camera[id] = this.#numberOf('cameras', camera)
      const [lens, latitude, longitude] = [lenses[i] ?? null, latitudes[i] ?? null, longitudes[i] ?? null]
      if (lens !== null) this.lens[id] = this.#numberOf('lenses', lens)
      if (latitude !== null && longitude !== null) {
        this.latitude[id] = latitude
        this.longitude[id] = longitude
      }
      if (rating !== null) this.rating[id] = Math.min(5, Math.max(rejectedRating, rating))
    }
  }

  /** Numbers each value. */
  #numberOf(kind: 'cameras' | 'lenses' | 'extensions', value: string): number {
    const numbers = this.#numbers[kind]
    const known = numbers.get(value)
    if (known !== undefined) return known
    const number = this[kind].push(value) - 1
    numbers.set(value, number)
    return number
  }

  #putKeywords(
    from: number,
    to: number,
    { fileIds, names }: FileDetailColumns['keywords'],
    labelOf: (name: string) => number,
  ): void {
    if (this.keywords.size > 0) for (let id = from; id <= to; id++) this.keywords.delete(id)
    for (let end, start = 0; start < fileIds.length; start = end) {
      const id = fileIds[start] ?? 0
      for (end = start + 1; fileIds[end] === id; end++);
      this.keywords.set(id, names.slice(start, end).map(labelOf))
    }
  }

  /** Returns every file by name: folder by folder, each folder's own files before the folders in it. Not to be written to. */
  byName(): Int32Array {
    if (this.#hasRemoved || this.#moved.size > 0)
      this.#byName = this.#byName.filter((id) => this.folder[id] !== 0 && !this.#moved.has(id))
    this.#hasRemoved = false
    if (this.#moved.size > 0) this.#added = [...new Set([...this.#added, ...this.#moved])]
    this.#moved.clear()
    if (this.#added.length > 0) {
      const { folder, folders, paths } = this
      const rank = ranksOf(folders)
      // Added files are in order mostly, since scans follow names, so the sort needs about one pass.
      const added = this.#added.filter((id) => folder[id] !== 0)
      this.#byName = merged(this.#byName, added, (a, b) => {
        const folderA = folder[a] ?? 0
        const folderB = folder[b] ?? 0
        if (folderA !== folderB) return (rank[folderA] ?? 0) - (rank[folderB] ?? 0)
        const start = (folders[folderA] ?? '').length
        return compareNames(paths[a] ?? '', paths[b] ?? '', start, start)
      })
      this.#added = []
    }
    return this.#byName
  }

  /** Whether it is not a photo for Labelroom, whatever is known of its content. */
  isSkipped(id: number): boolean {
    return this.#problem[id] === skipped
  }

  /** Returns the code of the state. */
  stateOf(id: number, photos: PhotoTable): number {
    const problem = this.#problem[id] ?? 0
    return problem === 0
      ? (photos.state[this.photo[id] ?? 0] ?? stateCode.unlabelled)
      : (problemStates[problem] ?? stateCode.failed)
  }

  /** As the user says, else as the file does. */
  starsOf(id: number, photos: PhotoTable): number {
    const own = photos.ownStars[this.photo[id] ?? 0] ?? 0
    return own > 0 ? own - 1 : Math.max(0, this.rating[id] ?? 0)
  }

  /** Returns the code of the flag, as the user says, else as the file does. */
  flagOf(id: number, photos: PhotoTable): number {
    const own = photos.ownFlag[this.photo[id] ?? 0] ?? 0
    if (own > 0) return own - 2
    return this.rating[id] === rejectedRating ? codeOfFlag.reject : codeOfFlag.none
  }

  dateMsOf(id: number, photos: PhotoTable): number {
    const takenAtMs = photos.takenAtMs[this.photo[id] ?? 0] ?? Number.NaN
    return Number.isNaN(takenAtMs) ? (this.#modifiedAtMs[id] ?? 0) : takenAtMs
  }

  #name(id: number, path: string): void {
    this.paths[id] = path
    const dot = path.lastIndexOf('.')
    this.extension[id] = dot === -1 ? 0 : this.#numberOf('extensions', path.slice(dot + 1).toLowerCase())
    const slash = path.lastIndexOf('/')
    // Mostly the folder of the previous file, which saves cutting out its path.
    const last = this.folders[this.#lastFolder] ?? ''
    if (this.#lastFolder === 0 || slash !== last.length || !path.startsWith(last))
      this.#lastFolder = this.#folderId(folderOf(path, slash))
    this.folder[id] = this.#lastFolder
  }

  #folderId(path: string): number {
    const known = this.#folderIds.get(path)
    if (known !== undefined) return known
    const id = this.folders.push(path) - 1
    this.#folderIds.set(path, id)
    return id
  }

  #grow(size: number): void {
    this.folder = grown(this.folder, size)
    this.photo = grown(this.photo, size)
    this.#modifiedAtMs = grown(this.#modifiedAtMs, size)
    this.#problem = grown(this.#problem, size)
    this.camera = grown(this.camera, size)
    this.lens = grown(this.lens, size)
    this.latitude = grown(this.latitude, size, Number.NaN)
    this.longitude = grown(this.longitude, size, Number.NaN)
    this.rating = grown(this.rating, size)
    this.extension = grown(this.extension, size)
  }
}

/** The roots `/` and `C:/` keep their slash. */
function folderOf(path: string, slash: number): string {
  return path.slice(0, slash === 0 || path[slash - 1] === ':' ? slash + 1 : slash)
}

/** Returns the numbers of both in order; `sorted` is in order already, so that a few more cost few comparisons. */
function merged(
  sorted: Int32Array,
  added: number[],
  compare: (a: number, b: number) => number,
): Int32Array<ArrayBuffer> {
  added.sort(compare)
  const all = new Int32Array(sorted.length + added.length)
  let from = 0
  for (const [i, id] of added.entries()) {
    let to = sorted.length
    for (let low = from; low < to;) {
      const middle = (low + to) >> 1
      if (compare(sorted[middle] ?? 0, id) < 0) low = middle + 1
      else to = middle
    }
    all.set(sorted.subarray(from, to), from + i)
    all[to + i] = id
    from = to
  }
  all.set(sorted.subarray(from), from + added.length)
  return all
}

/** Returns the rank of each folder among all of them. */
function ranksOf(folders: readonly string[]): Int32Array {
  const ranks = new Int32Array(folders.length)
  const order = folders.map((_, id) => id).sort((a, b) => compareNames(folders[a] ?? '', folders[b] ?? ''))
  for (const [rank, id] of order.entries()) ranks[id] = rank
  return ranks
}
