// What Electron does of the shell: dialogs, the file manager, the taskbar, the menu, other libraries.
import { app, dialog, shell, type BrowserWindow, type OpenDialogOptions } from 'electron'
import { AppError } from '../contract/errors.ts'
import type { Handlers } from '../contract/rpc.ts'
import type { ShellContract } from '../contract/shell.ts'
import { toCorePath } from '../host/core-path.ts'
import { logFile } from '../host/log-file.ts'
import { componentVersions, productVersion } from '../host/product.ts'
import { readRecentLibraries } from '../host/recent-libraries.ts'
import { samplePhotos } from '../host/sample-photos.ts'
import { isProductPage } from './product-pages.ts'

export interface ShellOptions {
  readonly dataFolder: string
  readonly window: () => BrowserWindow
  readonly libraryFile: () => string
  readonly setMenu: (state: { language: 'en' | 'zh-CN'; canUndo: boolean; canRedo: boolean }) => void
  /** Throws AppError. */
  readonly openLibrary: (file: string) => Promise<void>
}

export function createElectronShell(options: ShellOptions): Handlers<ShellContract> {
  const pick = async (properties: OpenDialogOptions) => {
    const { filePaths } = await dialog.showOpenDialog(options.window(), properties)
    return { path: filePaths[0] === undefined ? null : toCorePath(filePaths[0]) }
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
        logFile: logFile(options.dataFolder),
        systemLanguage: app.getLocale(),
      }),
      pickFolder: ({ title }) => pick({ title, properties: ['openDirectory', 'createDirectory'] }),
      pickFile: ({ title, extensions }) =>
        pick({ title, properties: ['openFile'], filters: [{ name: extensions.join(', '), extensions }] }),
      pickSaveFile: async ({ title, suggestedName }) => {
        const chosen = await dialog.showSaveDialog(options.window(), { title, defaultPath: suggestedName })
        return { path: chosen.canceled ? null : toCorePath(chosen.filePath) }
      },
      samplePhotos: async () => ({ path: await samplePhotos(options.dataFolder) }),
      revealInFolder: ({ path }) => {
        shell.showItemInFolder(toCorePath(path))
        return {}
      },
      openExternal: async ({ url }) => {
        if (!isProductPage(url))
          throw new AppError(
            'bad-request',
            `Labelroom opens no page but those of its models; ${url} is none.`,
          )
        await shell.openExternal(url)
        return {}
      },
      setProgress: ({ share }) => {
        options.window().setProgressBar(share ?? -1)
        return {}
      },
      setMenu: (state) => {
        options.setMenu(state)
        return {}
      },
      recentLibraries: () => readRecentLibraries(options.dataFolder),
      openLibrary: async ({ file }) => {
        await options.openLibrary(toCorePath(file))
        return {}
      },
    },
  }
}
