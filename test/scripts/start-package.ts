// Checks that a built package starts on this system: opens it, labels three photos with the bundled model, closes it.
// usage: npm run package:dir -- -c.extraMetadata.debuggable=true && npm run check:package [-- FOLDER]; FOLDER holds the
// unpacked app (default: dist). Without that mark a package refuses the debugger by which this drives its page.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import { connectClient } from '../browser/support/electron-app.ts'
import { labelThroughCore } from '../browser/support/label.ts'
import { writePhotos } from '../helpers/photos.ts'

const startMs = 60_000
const photoCount = 3

/** The program that electron-builder put into a folder such as `linux-unpacked`, `win-unpacked` or `mac-arm64`. */
async function findProgram(dist: string): Promise<string> {
  const programs = ['labelroom', 'Labelroom.exe', 'Labelroom.app/Contents/MacOS/Labelroom']
  const folders = await readdir(dist)
  const found = folders
    .flatMap((folder) => programs.map((program) => path.join(dist, folder, program)))
    .find((file) => existsSync(file))
  if (found === undefined)
    throw new Error(`${dist} holds no unpacked app; make one with npm run package:dir.`)
  return found
}

/** Chromium writes its debugging port into the profile; a window program on Windows has no standard error. */
async function debuggingAddress(profile: string): Promise<string> {
  const file = path.join(profile, 'DevToolsActivePort')
  const endMs = Date.now() + startMs
  while (Date.now() < endMs) {
    const [port] = (await readFile(file, 'utf8').catch(() => '')).split('\n')
    if (port !== undefined && port !== '') return `http://127.0.0.1:${port}`
    await wait(100)
  }
  throw new Error(`The app did not start within ${startMs / 1000} s.`)
}

const program = await findProgram(path.resolve(process.argv[2] ?? 'dist'))
const home = await mkdtemp(path.join(tmpdir(), 'labelroom-start-'))
const photos = path.join(home, 'photos')
await writePhotos(photos, photoCount)
// Root on Linux has no sandbox of the system.
const more = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const app = spawn(program, [...more, '--remote-debugging-port=0', photos], {
  env: { ...process.env, LABELROOM_HOME: home },
  stdio: 'inherit',
})
const exited = once(app, 'exit')
try {
  const browser = await chromium.connectOverCDP(await debuggingAddress(path.join(home, 'electron')))
  const [context] = browser.contexts()
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page'))
  if (page === undefined) throw new Error('The app has no window.')
  await page.getByRole('navigation').waitFor({ timeout: startMs })
  const client = connectClient(page)
  const { model } = await client.models.best({})
  const { state, counts } = await labelThroughCore(client, { model: model.name, folders: [photos] })
  if (state !== 'done' || counts.labelled !== photoCount)
    throw new Error(`The job ended as ${state} with ${counts.labelled} of ${photoCount} photos labelled.`)
  console.log(`${program} starts and labels.`)
  await browser.close()
} finally {
  app.kill()
  await exited
  // The app's processes may still write for a moment.
  await rm(home, { recursive: true, force: true, maxRetries: 10 })
}
