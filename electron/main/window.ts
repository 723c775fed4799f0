// The window: where it opens, what its page may not do, and what happens when the page stops.
import { fileURLToPath } from 'node:url'
import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import { productVersion } from '../host/app-info.ts'
import { pageUrl } from './security.ts'
import { readWindowState, writeWindowState } from './window-state.ts'

const preloadFile = fileURLToPath(new URL('../../preload.cjs', import.meta.url))
const smallest = { minWidth: 800, minHeight: 560 }
const standard = { width: 1280, height: 820 }

export interface WindowOptions {
  /** Where the place of the window is remembered. */
  readonly stateFile: string
  readonly onPageGone: (reason: string) => void
  readonly onUnresponsive: () => void
}

/** Shows the page as soon as it has something to show. */
export function openWindow({ stateFile, onPageGone, onUnresponsive }: WindowOptions): BrowserWindow {
  const state = readWindowState(
    stateFile,
    screen.getAllDisplays().map((display) => display.workArea),
  )
  const window = new BrowserWindow({
    ...smallest,
    ...(state ?? standard),
    show: false,
    title: `Labelroom ${productVersion}`,
    // The ground of both themes, so that nothing flashes.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181b' : '#f6f6f4',
    webPreferences: {
      preload: preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  if (state?.isMaximized === true) window.maximize()
  window.once('ready-to-show', () => {
    window.show()
  })
  window.on('close', () => {
    writeWindowState(stateFile, { ...window.getNormalBounds(), isMaximized: window.isMaximized() })
  })
  window.on('unresponsive', onUnresponsive)
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') onPageGone(reason)
  })
  void window.loadURL(pageUrl)
  return window
}
