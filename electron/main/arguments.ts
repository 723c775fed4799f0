// What the command line asks for: folders to open, and the library.
import { statSync } from 'node:fs'
import path from 'node:path'
import { libraryPath } from '../common/library-path.ts'

export interface AppArguments {
  readonly folders: readonly string[]
  readonly libraryFile: string | null
}

const libraryFlag = '--library='

/** `words` without the program; other words that begin with `-` are for Chromium. */
export function readArguments(words: readonly string[], workingFolder: string): AppArguments {
  const library = words.find((word) => word.startsWith(libraryFlag))
  const paths = words.filter((word) => !word.startsWith('-')).map((word) => path.resolve(workingFolder, word))
  return {
    folders: toFolders(paths),
    libraryFile:
      library === undefined
        ? null
        : libraryPath(path.resolve(workingFolder, library.slice(libraryFlag.length))),
  }
}

/** A photo stands for the folder that it lies in; what is not there is left out. */
export function toFolders(paths: readonly string[]): string[] {
  const folders = paths.flatMap((file) => {
    const stats = statSync(file, { throwIfNoEntry: false })
    if (stats === undefined) return []
    return [libraryPath(stats.isDirectory() ? file : path.dirname(file))]
  })
  return [...new Set(folders)]
}
