#!/usr/bin/env node
// The `labelroom` command: finds a Node that can run it, and starts the source in a checkout or the build in a package.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const [major, minor] = process.versions.node.split('.').map(Number)
// Node runs TypeScript as it is from 22.18 on, and has the Node-API that SQLite's binding needs.
const isNewEnough = major > 22 || (major === 22 && minor >= 18)
const packagedNode = here(`../../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`)

if (isNewEnough) {
  const source = here('./index.ts')
  await import(existsSync(source) ? './index.ts' : '../../out/electron/cli/index.js')
} else if (existsSync(packagedNode)) {
  // Ctrl-C reaches both processes; the child decides when to end.
  process.on('SIGINT', () => undefined)
  const { status, signal } = spawnSync(packagedNode, [here('./labelroom.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  process.exitCode = status ?? (signal === 'SIGINT' ? 130 : 3)
} else {
  console.error(`labelroom needs Node 22.18 or newer; this is ${process.versions.node}.`)
  process.exitCode = 3
}
