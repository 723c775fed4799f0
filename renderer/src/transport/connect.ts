// Chooses the line to the core: Electron's bridge where there is one, else the loopback host.
import { connectHttp } from './http.ts'
import { connectPort, type Bridge } from './port.ts'
import type { AppTransport } from './transport.ts'

export function connect(): Promise<AppTransport> {
  const { bridge } = window as { bridge?: Bridge }
  return bridge === undefined ? connectHttp() : connectPort(bridge)
}
