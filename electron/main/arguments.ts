// What the command line asks for: folders and a photo to open, and the library.
import { statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { libraryPath } from '../common/library-path.ts'

export interface Opened {
  readonly folders: readonly string[]
  /** A file in one of them, to be shown. */
  readonly photo: string | null
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

/** A photo brings the folder that it lies in; the first one is shown. What is not there is left out. */
export function toOpened(paths: readonly string[]): Opened {
  const found = paths.flatMap((file) => {
    const stats = statSync(file, { throwIfNoEntry: false })
    return stats === undefined ? [] : [{ file, isFolder: stats.isDirectory() }]
  })
  const folders = found.map(({ file, isFolder }) => libraryPath(isFolder ? file : path.dirname(file)))
  const photo = found.find(({ isFolder }) => !isFolder)
  return { folders: [...new Set(folders)], photo: photo === undefined ? null : libraryPath(photo.file) }
}
