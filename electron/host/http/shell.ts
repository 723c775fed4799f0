// What the loopback host does of the shell: it has no dialogs, no taskbar and no menu, and says so.
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { ShellContract } from '../../contract/shell.ts'
import type { CoreSlot } from '../core-slot.ts'
import { toCorePath } from '../core-path.ts'
import { logFile } from '../log-file.ts'
import { componentVersions, productVersion } from '../product.ts'
import { readRecentLibraries, rememberLibrary } from '../recent-libraries.ts'
import { samplePhotos } from '../sample-photos.ts'

export function createBrowserShell(slot: CoreSlot, dataFolder: string): Handlers<ShellContract> {
  const cannot = (what: string) => new AppError('bad-request', `In the browser Labelroom cannot ${what}.`)
  return {
    shell: {
      info: () => ({
        version: productVersion,
        host: 'browser' as const,
        platform: process.platform,
        versions: componentVersions(),
        libraryFile: slot.libraryFile(),
        dataFolder,
        logFile: logFile(dataFolder),
        systemLanguage: Intl.DateTimeFormat().resolvedOptions().locale,
      }),
      pickFolder: () => ({ path: null }),
      pickFile: () => ({ path: null }),
      pickSaveFile: () => ({ path: null }),
      samplePhotos: async () => ({ path: await samplePhotos(dataFolder) }),
      revealInFolder: ({ path }) => {
        throw cannot(`show folders; the file is ${path}`)
      },
      openExternal: ({ url }) => {
        throw cannot(`open windows; the page is ${url}`)
      },
      setProgress: () => ({}),
      setMenu: () => ({}),
      recentLibraries: () => readRecentLibraries(dataFolder),
      openLibrary: async ({ file }) => {
        await slot.open(toCorePath(file))
        await rememberLibrary(dataFolder, slot.libraryFile())
        return {}
      },
    },
  }
}
