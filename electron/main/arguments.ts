// What the command line asks for, or files that are dropped: folders and a photo to open, and the library.
import { statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { libraryPath } from '../common/library-path.ts'
import { formatOfName } from '../contract/formats.ts'

export interface Opened {
  readonly folders: readonly string[]
  /** A file in one of them, to be shown. */
  readonly photo: string | null
  /** A library, as from the recent documents of the system. */
  readonly library: string | null
  /** More libraries, which are not opened: one is at a time. */
  readonly otherLibraries: readonly string[]
  /** What is not there, or is none of these. */
  readonly unknown: readonly string[]
}

export interface AppArguments {
  readonly opened: Opened
  readonly libraryFile: string | null
}

const libraryFlag = '--library='

/** `words` without the program; other words that begin with `-` are for Chromium. */
export function readArguments(words: readonly string[], workingFolder: string): AppArguments {
  const library = words.find((word) => word.startsWith(libraryFlag))
  const paths = words
    .filter((word) => !word.startsWith('-'))
    .map((word) => path.resolve(workingFolder, fromUrl(word)))
  return {
    opened: toOpened(paths),
    libraryFile:
      library === undefined
        ? null
        : libraryPath(path.resolve(workingFolder, library.slice(libraryFlag.length))),
  }
}

/** File managers of Linux name files by URLs. */
function fromUrl(word: string): string {
  if (!word.startsWith('file:')) return word
  try {
    return fileURLToPath(word)
  } catch {
    // Of another machine.
    return word
  }
}

type Kind = 'folder' | 'photo' | 'library' | 'unknown'

/** A photo brings the folder that it lies in; the first one is shown. */
export function toOpened(paths: readonly string[]): Opened {
  const found = paths.map((file) => ({ path: libraryPath(file), kind: kindOf(file) }))
  const of = (kind: Kind) => found.flatMap((one) => (one.kind === kind ? [one.path] : []))
  const folders = found.flatMap(({ path: file, kind }) =>
    kind === 'folder' ? [file] : kind === 'photo' ? [libraryPath(path.dirname(file))] : [],
  )
  const [library = null, ...otherLibraries] = of('library')
  return {
    folders: [...new Set(folders)],
    photo: of('photo')[0] ?? null,
    ...{ library, otherLibraries },
    unknown: of('unknown'),
  }
}

function kindOf(file: string): Kind {
  try {
    if (statSync(file).isDirectory()) return 'folder'
  } catch {
    return 'unknown'
  }
  if (formatOfName(file) !== null) return 'photo'
  return /\.db$/i.test(file) ? 'library' : 'unknown'
}

/** ASCII: between two instances Electron loses data with characters that take two bytes, as those of Chinese names. */
export const packOpened = (opened: Opened): string => encodeURIComponent(JSON.stringify(opened))

/** The other way round, of data that another instance has sent. */
export const unpackOpened = (packed: string): Opened => JSON.parse(decodeURIComponent(packed)) as Opened
