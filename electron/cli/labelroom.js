#!/usr/bin/env node
// The `labelroom` command: finds a Node that can run it, and starts the source in a checkout or the build in a package.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const here = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const [major, minor] = process.versions.node.split('.').map(Number)
// Node runs TypeScript as it is from 22.18 on, and has the Node-API that SQLite's binding needs.
const isNewEnough = major > 22 || (major === 22 && minor >= 18)
const isWindows = process.platform === 'win32'
const packagedNode = here(`../../node_modules/node/bin/node${isWindows ? '.exe' : ''}`)
/** Says to the process that does the work that this one waits for it. */
const launchedBy = 'LABELROOM_LAUNCHER'

if (isNewEnough) {
  if (process.env[launchedBy] !== undefined) endWithLauncher()
  if (existsSync(here('./index.ts'))) {
    // Before the first file, since it takes the types out, too; a package keeps what is compiled beside the library.
    process.env.NODE_COMPILE_CACHE ??= here('../../out/compile-cache')
    module.enableCompileCache()
    await import('./index.ts')
  } else {
    // Named apart, since a checkout may have no build.
    const built = '../../out/electron/cli/index.js'
    await import(built)
  }
} else if (existsSync(packagedNode)) {
  launch()
} else {
  console.error(`labelroom needs Node 22.18 or newer; this is ${process.versions.node}.`)
  process.exitCode = 3
}

/** Runs the command in the packaged Node, which gets every signal that this process gets, and ends as it does. */
function launch() {
  const child = spawn(packagedNode, [here('./labelroom.js'), ...process.argv.slice(2)], {
    // Out of the terminal's process group, or Ctrl-C would arrive twice: from the terminal and from here.
    detached: !isWindows,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [launchedBy]: String(process.pid) },
  })
  child.once('error', (error) => {
    console.error(`labelroom: ${packagedNode} cannot be started (${error.code}). Install labelroom again.`)
    process.exitCode = 3
  })
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
  // Windows' Ctrl-C reaches both processes by itself.
  if (isWindows) process.on('SIGINT', () => undefined)
  else {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGCONT', 'SIGWINCH'])
      process.on(signal, () => child.kill(signal))
    // Ctrl-Z.
    process.on('SIGTSTP', () => {
      child.kill('SIGSTOP')
      process.kill(process.pid, 'SIGSTOP')
    })
  }
}

/** Nothing tells this process that the launcher was killed but the line to it, which breaks. */
function endWithLauncher() {
  Reflect.deleteProperty(process.env, launchedBy)
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  process.channel?.unref()
}
