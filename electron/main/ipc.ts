// What the page may ask of the main process: calls of the shell, and a port to the core; and what the user dropped on it.
// Nobody else may ask.
import { ipcMain, type WebContents, type WebFrameMain } from 'electron'
import { z } from 'zod'
import { shellContract, type ShellContract } from '../contract/shell.ts'
import type { Handlers } from '../contract/rpc.ts'
import { libraryPath } from '../common/library-path.ts'
import { createDispatch } from '../core/dispatch.ts'
import { guardPaths, type Places } from '../host/page/named-paths.ts'
import { isOwnPage } from './security.ts'

const WireRequest = z.object({ method: z.string(), input: z.unknown() })
const DroppedPaths = z.array(z.string().min(1).max(4096)).max(10_000)

export interface IpcOptions {
  readonly handlers: Handlers<ShellContract>
  /** What the page may name to the shell. */
  readonly places: Places
  readonly connectPage: (page: WebContents) => void
  /** Lets the page name what was dropped on it. */
  readonly choose: (path: string) => Promise<void>
  /** Opens what was dropped as if the app had been started with it. */
  readonly open: (paths: readonly string[]) => Promise<void>
}

export function listenToPage({ handlers, places, connectPage, choose, open }: IpcOptions): void {
  const dispatch = guardPaths(createDispatch(shellContract, handlers), places)
  ipcMain.handle('shell', (event, raw: unknown) => {
    checkSender(event.senderFrame)
    return dispatch(WireRequest.parse(raw))
  })
  // The preload script got them from the files of the drop; the page cannot send this.
  ipcMain.handle('dropped', async (event, raw: unknown) => {
    checkSender(event.senderFrame)
    const paths = DroppedPaths.parse(raw).map(libraryPath)
    for (const path of paths) await choose(path)
    return paths
  })
  ipcMain.handle('dropped-to-open', async (event, raw: unknown) => {
    checkSender(event.senderFrame)
    await open(DroppedPaths.parse(raw))
  })
  ipcMain.handle('connect', (event) => {
    checkSender(event.senderFrame)
    connectPage(event.sender)
  })
}

function checkSender(frame: WebFrameMain | null): void {
  if (!isOwnPage(frame)) throw new Error('Only the page of Labelroom may ask.')
}
