// Turns labels and paths into names that every file system accepts, without collisions.
import { isDeviceName } from '../../common/windows-paths.ts'
import { classesFile, filesTable, noteFile } from '../domain/dataset-note.ts'
import { isHidden } from '../files/hidden-names.ts'

// eslint-disable-next-line no-control-regex -- control characters are what no name may hold
const forbidden = /[<>:"|?*\\\u0000-\u001f\u007f]/g
/** File systems accept 255 bytes; a number and an extension may be added. */
const maxBytes = 200

/**
 * Returns a label as the name of a folder. Levels of a label (`animal/cat`) become `animal__cat`, since a class is one
 * folder; everything that a system forbids, or that a scan leaves out, becomes `_`.
 */
export function toFolderName(label: string): string {
  const name = cut(label.replaceAll('/', '__').replaceAll(forbidden, '_'))
    .replace(/^[. ]/, '_')
    .replace(/[. ]$/, '_')
  return name === '' || isDeviceName(name) || isHidden(name) ? `_${name}` : name
}

/** Returns a relative path with `/`, each of its names made safe. */
export function toSafePath(path: string): string {
  return path.split('/').map(toSafeFileName).join('/')
}

/** Returns a safe file name with the same extension. */
export function toSafeFileName(name: string): string {
  const { stem, extension } = splitName(name)
  return toFolderName(stem) + extension.replaceAll(forbidden, '_')
}

/**
 * Returns a function that makes names unique: each as it is, or with a number where it was returned before. Names that
 * differ in case alone, or in how an accent is written, are the same file on Windows and macOS.
 */
export function createNamer(): (wanted: string) => string {
  const taken = new Set<string>()
  return (wanted) => {
    const slash = wanted.lastIndexOf('/') + 1
    const { stem, extension } = splitName(wanted.slice(slash))
    for (let number = 1; ; number++) {
      const name = `${wanted.slice(0, slash)}${stem}${number === 1 ? '' : `-${number}`}${extension}`
      const key = name.normalize('NFC').toUpperCase()
      if (taken.has(key)) continue
      taken.add(key)
      return name
    }
  }
}

/** Returns the folder of each label, by name of the label. Undivided datasets have their notes beside these folders. */
export function nameFolders(labels: Iterable<string>): Map<string, string> {
  const name = createNamer()
  for (const note of [noteFile, classesFile, filesTable]) name(note)
  return new Map([...new Set(labels)].sort().map((label) => [label, name(toFolderName(label))]))
}

function splitName(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? { stem: name, extension: '' } : { stem: name.slice(0, dot), extension: name.slice(dot) }
}

function cut(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  let [kept, bytes] = ['', 0]
  for (const char of name) {
    bytes += Buffer.byteLength(char)
    if (bytes > maxBytes) break
    kept += char
  }
  return kept
}
