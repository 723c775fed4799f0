// What Electron does of the shell: dialogs, the file manager, the taskbar, the menu, other libraries.
import { app, dialog, shell, type BrowserWindow, type OpenDialogOptions } from 'electron'
import { AppError } from '../contract/errors.ts'
import type { ChosenUse } from '../contract/processes.ts'
import type { Handlers } from '../contract/rpc.ts'
import type { MenuRequest, ShellContract } from '../contract/shell.ts'
import { libraryPath } from '../common/library-path.ts'
import { logFile } from '../host/data-folder.ts'
import { componentVersions, productFeed, productVersion } from '../host/app-info.ts'
import { readRecentLibraries } from '../host/recent-libraries.ts'
import { makeReport } from '../host/report.ts'
import { samplePhotos } from '../host/sample-photos.ts'
import { deleteTelemetryFiles, findTelemetryFiles, takeTelemetryNotice } from '../host/telemetry-files.ts'
import { msg } from '../texts/message.ts'
import { isProductPage } from './product-pages.ts'
import { readSetting } from './read-setting.ts'
import { checkForUpdate, isOfFeed } from './updates.ts'

export interface ShellOptions {
  readonly dataFolder: string
  readonly window: () => BrowserWindow
  readonly libraryFile: () => string
  readonly notify: (text: { title: string; body: string }) => void
  readonly setMenu: (request: MenuRequest) => void
  /** Lets the page name what the user chose. */
  readonly choose: (path: string, use: ChosenUse) => Promise<void>
  /** Throws AppError. */
  readonly openLibrary: (file: string) => Promise<void>
}

export function createElectronShell(options: ShellOptions): Handlers<ShellContract> {
  const choose = async (picked: string | undefined, use: ChosenUse) => {
    if (picked === undefined) return { path: null }
    const path = libraryPath(picked)
    await options.choose(path, use)
    return { path }
  }
  const pick = async (properties: OpenDialogOptions) => {
    const { filePaths } = await dialog.showOpenDialog(options.window(), properties)
    return choose(filePaths[0], 'input')
  }
  return {
    shell: {
      info: () => ({
        version: productVersion,
        host: 'electron' as const,
        platform: process.platform,
        versions: componentVersions(),
        libraryFile: options.libraryFile(),
        dataFolder: options.dataFolder,
        updateSite: productFeed === null ? null : (URL.parse(productFeed)?.host ?? null),
        logFile: logFile(options.dataFolder),
        systemLanguage: app.getLocale(),
      }),
      pickFolder: ({ title }) => pick({ title, properties: ['openDirectory', 'createDirectory'] }),
      pickFile: ({ title, extensions }) =>
        pick({ title, properties: ['openFile'], filters: [{ name: extensions.join(', '), extensions }] }),
      pickSaveFile: async ({ title, suggestedName }) => {
        const chosen = await dialog.showSaveDialog(options.window(), {
          title,
          defaultPath: suggestedName,
          // On Linux it would not ask before it names a file that exists.
          properties: ['createDirectory', 'showOverwriteConfirmation'],
        })
        return choose(chosen.canceled ? undefined : chosen.filePath, 'output')
      },
      listFolder: () => {
        throw new AppError(
          'bad-request',
          msg('The app lists no folders; its dialogs are those of the system.'),
        )
      },
      samplePhotos: async () => {
        const path = await samplePhotos(options.dataFolder)
        await options.choose(path, 'input')
        return { path }
      },
      revealInFolder: ({ path }) => {
        shell.showItemInFolder(libraryPath(path))
        return {}
      },
      checkForUpdate: () =>
        checkForUpdate({
          feed: productFeed,
          version: productVersion,
          isAllowed: () =>
            readSetting(`${options.dataFolder}/settings.json`, 'isUpdateCheckAllowed') === true,
        }),
      openExternal: async ({ url }) => {
        if (!isProductPage(url) && !isOfFeed(url, productFeed))
          throw new AppError(
            'bad-request',
            msg('Labelroom opens no page but its own and those of its models; {{url}} is none.', { url }),
          )
        await shell.openExternal(url)
        return {}
      },
      setProgress: ({ share }) => {
        options.window().setProgressBar(share ?? -1)
        return {}
      },
      notify: (text) => {
        options.notify(text)
        return {}
      },
      setMenu: (request) => {
        options.setMenu(request)
        return {}
      },
      report: async () => ({ text: await makeReport(options.dataFolder) }),
      recentLibraries: () => readRecentLibraries(options.dataFolder),
      openLibrary: async ({ file }) => {
        await options.openLibrary(libraryPath(file))
        return {}
      },
      telemetryFiles: async () => ({ files: await findTelemetryFiles() }),
      deleteTelemetryFiles: async () => ({ files: (await deleteTelemetryFiles()).kept }),
      takeTelemetryNotice: async () => ({ files: await takeTelemetryNotice(options.dataFolder) }),
    },
  }
}
