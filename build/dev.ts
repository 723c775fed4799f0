// `npm run dev`: the app in a browser with hot reload. Vite serves the page; calls, events and pictures go to `labelroom serve`.
// usage: npm run dev [-- options of `labelroom serve`]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { build, createServer, type ProxyOptions } from 'vite'
import { pageFolder } from '../electron/host/app-info.ts'
import { securityHeaders } from '../electron/host/page/security-headers.ts'
import { forwardHeaders } from './dev-proxy.ts'

const root = path.join(import.meta.dirname, '..')
const configFile = path.join(import.meta.dirname, 'vite.config.ts')

/** Starts the loopback host and returns the address that it prints, with the token. */
async function startHost(): Promise<URL> {
  // `serve` wants a built page, though the browser never asks for it here.
  if (!existsSync(path.join(pageFolder, 'index.html'))) await build({ configFile, logLevel: 'warn' })
  const serve = ['electron/cli/labelroom.js', 'serve', '--port', '0', ...process.argv.slice(2)]
  const host = spawn(process.execPath, serve, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
  host.once('exit', (code) => process.exit(code ?? 1))
  process.once('exit', () => host.kill())
  const [line] = (await once(createInterface(host.stdout), 'line')) as [string]
  return new URL(line)
}

const hostUrl = await startHost()
const proxy: ProxyOptions = {
  target: hostUrl.origin,
  configure(server) {
    server.on('proxyReq', (outgoing, { headers, socket }) => {
      const { host, origin } = forwardHeaders(headers, socket.localPort ?? 0, Number(hostUrl.port))
      if (host !== undefined) outgoing.setHeader('host', host)
      if (origin !== undefined) outgoing.setHeader('origin', origin)
    })
  },
}
const vite = await createServer({
  configFile,
  server: {
    host: '127.0.0.1',
    // Pages of other origins may not read the sources.
    cors: false,
    // As in the product, except that Vite puts style sheets into the page.
    headers: {
      ...securityHeaders,
      'content-security-policy': (securityHeaders['content-security-policy'] ?? '').replace(
        "style-src 'self'",
        "style-src 'self' 'unsafe-inline'",
      ),
    },
    proxy: Object.fromEntries(['/rpc', '/events', '/session', '/picture'].map((route) => [route, proxy])),
  },
})
await vite.listen()
console.log(new URL(`/${hostUrl.hash}`, vite.resolvedUrls?.local[0]).href)
console.error('Open this address in a browser on this machine; Ctrl-C ends.')
