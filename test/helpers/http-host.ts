// The loopback host on a real core, and requests with headers that no browser would let a test set.
import { mkdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { openCurrentCore, type CurrentCore } from '../../electron/host/current-core.ts'
import { startHttpHost } from '../../electron/host/http/server.ts'
import { spawnInference } from './shared-workers.ts'
import { tempFolder } from './temp-folder.ts'

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export interface TestHttpHost {
  readonly slot: CurrentCore
  readonly port: number
  readonly token: string
  readonly folder: string
  readonly pageFolder: string
  readonly cacheDir: string
  readonly close: () => Promise<void>
  readonly send: (
    method: string,
    path: string,
    headers?: Readonly<Record<string, string>>,
    body?: string,
  ) => Promise<Answer>
  /** What the page sends with each request after it has opened a session. */
  readonly logIn: () => Promise<Record<string, string>>
  readonly call: (headers: Record<string, string>, method: string, input: unknown) => Promise<Answer>
}

/** The page may name what lies below `roots` and the data folder. `change` wraps the core's answers, for tests of what the host refuses to send. */
export async function startTestHost(
  change: (slot: CurrentCore) => CurrentCore = (slot) => slot,
  roots: readonly string[] = [],
): Promise<TestHttpHost> {
  const folder = tempFolder()
  const pageFolder = path.join(folder, 'page')
  mkdirSync(path.join(pageFolder, 'assets'), { recursive: true })
  mkdirSync(path.join(folder, 'cache'))
  writeFileSync(path.join(pageFolder, 'index.html'), '<!doctype html><title>Labelroom</title>')
  writeFileSync(path.join(pageFolder, 'assets', 'index-1a2b.js'), 'export {}')
  const libraryFile = `${folder}/library.db`
  const slot = openCurrentCore({ dataFolder: folder, libraryFile, spawnInference, threads: 1 })
  const host = await startHttpHost({ slot: change(slot), dataFolder: folder, pageFolder, port: 0, roots })
  const { port: portText, hash } = new URL(host.url)
  const port = Number(portText)
  const token = hash.replace('#token=', '')
  let isOpen = true
  const close = async () => {
    if (isOpen) await host.close()
    isOpen = false
  }
  onTestFinished(async () => {
    await close()
    await slot.close()
  })
  const send: TestHttpHost['send'] = (method, urlPath, headers = {}, body) =>
    request(port, method, urlPath, headers, body)
  const own = { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json' }
  return {
    ...{ slot, port, token, folder, pageFolder, cacheDir: path.join(folder, 'cache'), close, send },
    async logIn() {
      const answer = await send('POST', '/session', own, JSON.stringify({ token }))
      return { ...own, cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '' }
    },
    call: (headers, method, input) => send('POST', '/rpc', headers, JSON.stringify({ method, input })),
  }
}

function request(
  port: number,
  method: string,
  urlPath: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: '127.0.0.1', port, method, path: urlPath, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
      })
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
