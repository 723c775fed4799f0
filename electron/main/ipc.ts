// What the page may ask of the main process: calls of the shell, and a port to the core. Nobody else may ask.
import { ipcMain, type WebContents, type WebFrameMain } from 'electron'
import { z } from 'zod'
import { shellContract, type ShellContract } from '../contract/shell.ts'
import type { Handlers } from '../contract/rpc.ts'
import { createDispatch } from '../core/dispatch.ts'
import { isOwnPage } from './security.ts'

const WireRequest = z.object({ method: z.string(), input: z.unknown() })

export interface IpcOptions {
  readonly handlers: Handlers<ShellContract>
  readonly connectPage: (page: WebContents) => void
}

export function listenToPage({ handlers, connectPage }: IpcOptions): void {
  const dispatch = createDispatch(shellContract, handlers)
  ipcMain.handle('shell', (event, raw: unknown) => {
    checkSender(event.senderFrame)
    return dispatch(WireRequest.parse(raw))
  })
  ipcMain.handle('connect', (event) => {
    checkSender(event.senderFrame)
    connectPage(event.sender)
  })
}

function checkSender(frame: WebFrameMain | null): void {
  if (!isOwnPage(frame)) throw new Error('Only the page of Labelroom may ask.')
}
