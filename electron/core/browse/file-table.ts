// Files in memory, by columns, and their order by name. A file's number is its row.
import type { FileColumns } from '../store/columns.ts'
import { stateCode, type PhotoTable } from './photo-table.ts'
import { grown } from './typed-arrays.ts'

/** By the codes of `FileColumns.problems`. */
const problemStates = [stateCode.unlabelled, stateCode.skipped, stateCode.failed]

export class FileTable {
  readonly paths: string[] = []
  /** Paths of the folders that files lie in, by number; number 0 is none. */
  readonly folders: string[] = ['']
  /** Number of the folder; 0 for a file that is not there. */
  folder = new Int32Array(1)
  /** Number of the photo; 0: none. */
  photo = new Int32Array(1)
  #modifiedAtMs = new Float64Array(1)
  #problem = new Uint8Array(1)
  readonly #folderIds = new Map<string, number>()
  /** Texts whose plain order is that of the names. */
  readonly #keys: string[] = []
  #byName: readonly number[] = []
  #fresh: number[] = []
  #hasGone = false

  /** Takes over the files `from` up to and with `to`; those that are not among the columns are gone. */
  put(from: number, to: number, columns: FileColumns): void {
    this.#grow(to + 1)
    const gone = new Set<number>()
    for (let id = from; id <= to; id++) if (this.folder[id] !== 0) gone.add(id)
    for (const [i, id] of columns.ids.entries()) {
      if (!gone.delete(id)) {
        this.#name(id, columns.paths[i] ?? '')
        this.#fresh.push(id)
      }
      this.photo[id] = columns.photoIds[i] ?? 0
      this.#modifiedAtMs[id] = columns.modifiedAtMs[i] ?? 0
      this.#problem[id] = columns.problems[i] ?? 0
    }
    for (const id of gone) {
      this.folder[id] = 0
      this.photo[id] = 0
      this.#hasGone = true
    }
  }

  /** Every file, by name: folder by folder, numbers by their value, whatever the case. */
  byName(): readonly number[] {
    if (this.#hasGone || this.#fresh.length > 0) {
      const known = this.#hasGone ? this.#byName.filter((id) => this.folder[id] !== 0) : this.#byName
      const keys = this.#keys
      // What is in order already costs the sort one pass.
      this.#byName = [...known, ...this.#fresh].sort((a, b) => {
        const [keyA = '', keyB = ''] = [keys[a], keys[b]]
        return keyA < keyB ? -1 : keyA > keyB ? 1 : a - b
      })
      this.#fresh = []
      this.#hasGone = false
    }
    return this.#byName
  }

  /** Code of the state. */
  stateOf(id: number, photos: PhotoTable): number {
    const problem = this.#problem[id] ?? 0
    return problem === 0
      ? (photos.state[this.photo[id] ?? 0] ?? stateCode.unlabelled)
      : (problemStates[problem] ?? stateCode.failed)
  }

  dateMsOf(id: number, photos: PhotoTable): number {
    const takenAtMs = photos.takenAtMs[this.photo[id] ?? 0] ?? Number.NaN
    return Number.isNaN(takenAtMs) ? (this.#modifiedAtMs[id] ?? 0) : takenAtMs
  }

  #name(id: number, path: string): void {
    const slash = path.lastIndexOf('/')
    const folder = path.slice(0, slash)
    let folderId = this.#folderIds.get(folder)
    if (folderId === undefined) {
      folderId = this.folders.push(folder) - 1
      this.#folderIds.set(folder, folderId)
    }
    this.folder[id] = folderId
    this.paths[id] = path
    this.#keys[id] = sortKey(path)
  }

  #grow(size: number): void {
    this.folder = grown(this.folder, size)
    this.photo = grown(this.photo, size)
    this.#modifiedAtMs = grown(this.#modifiedAtMs, size)
    this.#problem = grown(this.#problem, size)
  }
}

/** A folder comes with all that is in it before its neighbours: '\0' sorts before everything else. */
function sortKey(path: string): string {
  return path
    .toLowerCase()
    .replaceAll('/', '\0')
    .replaceAll(/\d+/g, (digits) => digits.padStart(12, '0'))
}
