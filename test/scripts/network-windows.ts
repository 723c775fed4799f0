// The part of check:network in the app's window: in Electron where there is one for tests, and in a browser on `serve`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium, type Page } from '@playwright/test'
import type { CoreClient } from '../../electron/core/client.ts'
import { findChromium } from '../browser/support/chromium.ts'
import { startDisplay } from '../browser/support/display.ts'
import { findElectron } from '../browser/support/electron-runtime.ts'
import { launchInElectron } from '../browser/support/electron-app.ts'
import { connectClient } from '../browser/support/http-client.ts'
import { labelThroughCore } from '../browser/support/label.ts'
import { cliFile } from '../helpers/cli.ts'

/** Every call of the system is written down, which takes most of the time. */
const tracedMs = 300_000

export interface WindowCheck {
  readonly folder: string
  readonly dataFolder: string
  readonly env: Readonly<Record<string, string>>
  readonly photos: string
  readonly model: string
  /** Runs what is given with the words that trace it, and looks at what it did; `allowed` are files of the window's own. */
  readonly check: (
    name: string,
    allowed: readonly RegExp[],
    run: (prefix: string[]) => Promise<void>,
  ) => Promise<void>
}

/** What Chromium itself writes when it runs as a user of this home. */
const filesOfChromium = (folder: string): RegExp[] => [
  /^\/dev\/shm\/\.org\.chromium\./,
  new RegExp(`^${folder}/tmp/(\\.org\\.chromium\\.|scoped_dir|\\.com\\.)`),
  new RegExp(`^${folder}/home/\\.pki(/|$)`),
  // Of the system's libraries for windows: GTK's settings, compiled shaders.
  new RegExp(`^${folder}/cache/(dconf|mesa_shader_cache)(/|$)`),
]

export async function labelInWindows(options: WindowCheck): Promise<void> {
  await labelInBrowser(options)
  await labelInElectron(options)
}

async function labelInBrowser({ folder, dataFolder, env, photos, model, check }: WindowCheck): Promise<void> {
  const executablePath = findChromium()
  if (executablePath === null) {
    console.log('NOT CHECKED: a browser on `labelroom serve`; there is no Chromium.')
    return
  }
  await check('serve, label and explain in a browser', [], async ([tool = '', ...prefix]) => {
    const library = path.join(dataFolder, 'served.db')
    const serve = ['serve', '--library', library, '--root', folder]
    const child = spawn(tool, [...prefix, process.execPath, cliFile, ...serve], {
      env: { ...process.env, ...env, LABELROOM_HOME: dataFolder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const url = line.toString().trim()
    // The browser is not what is checked: it looks nothing up.
    const args = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--no-sandbox']
    const browser = await chromium.launch({ executablePath, args })
    try {
      const page = await browser.newPage()
      await page.goto(url)
      await labelAndExplain(page, connectClient(url), photos, model)
    } finally {
      await browser.close()
      // strace keeps Ctrl-C from itself, and passes it on to nobody.
      process.kill(tracedBy(child.pid ?? 0), 'SIGINT')
      await once(child, 'exit')
    }
  })
}

/** The process that strace started. */
function tracedBy(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

async function labelInElectron({
  folder,
  dataFolder,
  env,
  photos,
  model,
  check,
}: WindowCheck): Promise<void> {
  const runtime = findElectron()
  if (runtime === null) {
    console.log("NOT CHECKED: Electron's window.")
    return
  }
  const endDisplay = await startDisplay()
  await check("label and explain in Electron's window", filesOfChromium(folder), async (prefix) => {
    const executable = path.join(folder, 'electron')
    const words = [...prefix, runtime.executable].map((word) => `'${word}'`).join(' ')
    writeFileSync(executable, `#!/bin/sh\nexec ${words} "$@"\n`)
    chmodSync(executable, 0o755)
    const app = await launchInElectron(
      { ...runtime, executable },
      { home: dataFolder, libraryFile: path.join(dataFolder, 'window.db'), env },
    )
    try {
      await labelAndExplain(app.page, app.client, photos, model)
    } finally {
      await app.stop('close')
    }
  })
  endDisplay()
}

async function labelAndExplain(page: Page, client: CoreClient, photos: string, model: string): Promise<void> {
  await labelThroughCore(client, { folders: [photos], model })
  await page.getByRole('gridcell').first().dblclick({ timeout: tracedMs })
  await page.keyboard.press('h')
  await page.locator('canvas').first().waitFor({ timeout: tracedMs })
}
