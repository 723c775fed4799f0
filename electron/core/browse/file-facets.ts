// What the files of the library are, with their numbers: cameras, lenses, kinds of file, stars, flags, places.
import type { FileFacets, ValueCount } from '../../contract/browse.ts'
import { codeOfFlag } from '../domain/rating.ts'
import type { FileTable } from './file-table.ts'
import type { PhotoTable } from './photo-table.ts'

/** Of every file that is not skipped. */
export function fileFacets(files: FileTable, photos: PhotoTable): FileFacets {
  const cameras = new Int32Array(files.cameras.length)
  const lenses = new Int32Array(files.lenses.length)
  const extensions = new Int32Array(files.extensions.length)
  let [rated, flagged, placed] = [0, 0, 0]
  for (const id of files.byName()) {
    if (files.isSkipped(id)) continue
    count(cameras, files.camera[id] ?? 0)
    count(lenses, files.lens[id] ?? 0)
    count(extensions, files.extension[id] ?? 0)
    if (files.starsOf(id, photos) > 0) rated++
    if (files.flagOf(id, photos) !== codeOfFlag.none) flagged++
    if (!Number.isNaN(files.latitude[id])) placed++
  }
  return {
    cameras: valuesOf(files.cameras, cameras),
    lenses: valuesOf(files.lenses, lenses),
    extensions: valuesOf(files.extensions, extensions),
    rated,
    flagged,
    placed,
  }
}

function count(counts: Int32Array, number: number): void {
  counts[number] = (counts[number] ?? 0) + 1
}

/** The most frequent first; number 0 stands for none. */
const valuesOf = (names: readonly string[], counts: Int32Array): ValueCount[] =>
  names
    .map((value, number) => ({ value, files: counts[number] ?? 0 }))
    .filter(({ value, files }) => value !== '' && files > 0)
    .sort((a, b) => b.files - a.files || (a.value < b.value ? -1 : 1))
