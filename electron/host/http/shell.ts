// What the loopback host does of the shell: it has no dialogs, no taskbar and no menu, and says so.
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { ShellContract } from '../../contract/shell.ts'
import { msg, type Message } from '../../texts/message.ts'
import type { CurrentCore } from '../current-core.ts'
import { libraryPath } from '../../common/library-path.ts'
import { logFile } from '../data-folder.ts'
import { componentVersions, productVersion } from '../app-info.ts'
import { readRecentLibraries, rememberLibrary } from '../recent-libraries.ts'
import { makeReport } from '../report.ts'
import { samplePhotos } from '../sample-photos.ts'
import { listFolder } from '../page/list-folder.ts'
import { deleteTelemetryFiles, findTelemetryFiles, takeTelemetryNotice } from '../telemetry-files.ts'
import type { Transfers } from './transfers.ts'

export interface BrowserShellOptions {
  readonly slot: CurrentCore
  readonly dataFolder: string
  /** Folders below which the page may look. */
  readonly roots: readonly string[]
  readonly transfers: Transfers
}

export function createBrowserShell(options: BrowserShellOptions): Handlers<ShellContract> {
  const { slot, dataFolder, roots, transfers } = options
  const cannot = (what: Message) =>
    new AppError('bad-request', msg('In the browser Labelroom cannot {{what}}.', { what }))
  return {
    shell: {
      info: () => ({
        version: productVersion,
        host: 'browser' as const,
        platform: process.platform,
        versions: componentVersions(),
        libraryFile: slot.libraryFile(),
        dataFolder,
        // Whoever serves a page to others updates it themselves.
        updateSite: null,
        logFile: logFile(dataFolder),
        systemLanguage: Intl.DateTimeFormat().resolvedOptions().locale,
      }),
      pickFolder: () => ({ path: null }),
      pickFile: () => ({ path: null }),
      pickSaveFile: async ({ suggestedName }) => ({ path: await transfers.offer(suggestedName) }),
      listFolder: ({ path, extensions }) => listFolder(path, { roots, extensions }),
      samplePhotos: async () => ({ path: await samplePhotos(dataFolder) }),
      revealInFolder: ({ path }) => {
        throw cannot(msg('show folders; the file is {{path}}', { path }))
      },
      checkForUpdate: () => ({ state: 'none-offered' as const }),
      openExternal: ({ url }) => {
        throw cannot(msg('open windows; the page is {{url}}', { url }))
      },
      setProgress: () => ({}),
      notify: () => ({}),
      setMenu: () => ({}),
      report: async () => ({ text: await makeReport(dataFolder) }),
      recentLibraries: () => readRecentLibraries(dataFolder),
      openLibrary: async ({ file }) => {
        await slot.open(libraryPath(file))
        await rememberLibrary(dataFolder, slot.libraryFile())
        return {}
      },
      telemetryFiles: async () => ({ files: await findTelemetryFiles() }),
      deleteTelemetryFiles: async () => ({ files: (await deleteTelemetryFiles()).kept }),
      takeTelemetryNotice: async () => ({ files: await takeTelemetryNotice(dataFolder) }),
    },
  }
}
