// What lies in the data folder and must not be replaced by an output, and the libraries that this machine knows.
import type { HostFiles } from '../core/core.ts'
import { createOutputs, type Outputs } from '../core/outputs/outputs.ts'
import { makePrivate } from '../common/private-files.ts'
import { bundledModelFolder } from './app-info.ts'
import { logFile, oldLogFile, windowFile, writtenListFile } from './data-folder.ts'
import { listRecentLibraries, recentLibrariesFile } from './recent-libraries.ts'

export const settingsFile = (dataFolder: string): string => `${dataFolder}/settings.json`
export const modelsDir = (dataFolder: string): string => `${dataFolder}/models`
export const cacheDir = (dataFolder: string): string => `${dataFolder}/cache`
export const closedListFile = (dataFolder: string): string => `${dataFolder}/closed-libraries.json`

/** Files on their way between a browser and the core. */
export const transfersFolder = (dataFolder: string): string => `${dataFolder}/transfers`

/** Where a library lies when no other one is named. */
export const defaultLibraryFile = (dataFolder: string): string => `${dataFolder}/library.db`

/** Besides the settings, which the core knows itself: the list of libraries, the window's place, the log. */
export const hostFiles = (dataFolder: string): HostFiles => ({
  ownFiles: () => {
    const files = [recentLibrariesFile, windowFile, logFile, oldLogFile]
    return Promise.resolve(files.map((file) => file(dataFolder)))
  },
  libraries: async () => [defaultLibraryFile(dataFolder), ...(await listRecentLibraries(dataFolder))],
  unlistedFolder: transfersFolder(dataFolder),
})

/** Takes the rights of other accounts from what earlier versions wrote into the data folder. */
export function makeOwnFilesPrivate(dataFolder: string): void {
  const files = [
    settingsFile,
    writtenListFile,
    closedListFile,
    recentLibrariesFile,
    windowFile,
    logFile,
    oldLogFile,
  ]
  for (const file of [cacheDir, ...files]) makePrivate(file(dataFolder))
}

/** For a command that writes a file and opens no library. */
export function openOutputs(dataFolder: string): Outputs {
  const { ownFiles, libraries, unlistedFolder } = hostFiles(dataFolder)
  return createOutputs({
    store: null,
    ...{ libraries, unlistedFolder },
    ownFiles: async () => [settingsFile(dataFolder), ...(await ownFiles())],
    ownFolders: [cacheDir(dataFolder), modelsDir(dataFolder), bundledModelFolder],
    writtenListFile: writtenListFile(dataFolder),
    takesStreams: true,
  })
}
