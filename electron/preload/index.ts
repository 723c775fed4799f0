// The bridge between the page and Electron: calls of the shell, its events, and a port to the core. No logic.
import { contextBridge, ipcRenderer, webUtils } from 'electron'

ipcRenderer.on('core-port', (event, isRestart: boolean) => {
  const message = isRestart ? 'labelroom:core-restarted' : 'labelroom:core-port'
  window.postMessage(message, location.origin, event.ports)
})

const pathsOf = (files: readonly File[]) =>
  files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '')

contextBridge.exposeInMainWorld('bridge', {
  shell: (request: { method: string; input: unknown }): Promise<unknown> =>
    ipcRenderer.invoke('shell', request),
  onShellEvent(listener: (event: unknown) => void): () => void {
    const receive = (_event: unknown, event: unknown) => {
      listener(event)
    }
    ipcRenderer.on('shell-event', receive)
    return () => ipcRenderer.off('shell-event', receive)
  },
  connect: (): Promise<unknown> => ipcRenderer.invoke('connect'),
  /** Where dropped files and folders lie; the page may name them from now on. One that a script made lies nowhere. */
  pathsOf: (files: readonly File[]): Promise<string[]> => ipcRenderer.invoke('dropped', pathsOf(files)),
  /** Opens dropped files and folders as if the app had been started with them. */
  open: (files: readonly File[]): Promise<void> => ipcRenderer.invoke('dropped-to-open', pathsOf(files)),
})
