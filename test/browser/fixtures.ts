// The fixtures of every spec: `app` is the real app on a real core and an empty library, in Chromium or in Electron.
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test as base, type Browser, type Page, type TestInfo } from '@playwright/test'
import { logFile } from '../../electron/host/data-folder.ts'
import { writePhotos } from '../helpers/photos.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import type { App, HostOptions, LaunchOptions, RunningApp } from './support/app.ts'
import { launchInChromium } from './support/chromium-app.ts'
import { startDisplay } from './support/display.ts'
import { launchInElectron } from './support/electron-app.ts'
import { labelThroughCore } from './support/label.ts'

export { expect }
export type { App }

interface Fixtures {
  /** More environment for the host; set it with `test.use({ env: { … } })`. */
  readonly env: Readonly<Record<string, string>>
  /** Text files that lie in the data folder before the app starts, by name. */
  readonly homeFiles: Readonly<Record<string, string>>
  readonly app: App
}

interface WorkerFixtures extends HostOptions {
  readonly launch: (options: LaunchOptions) => Promise<RunningApp>
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  host: [
    { kind: 'chromium', chromium: '' },
    { option: true, scope: 'worker' },
  ],
  env: [{}, { option: true }],
  homeFiles: [{}, { option: true }],
  launch: [
    async ({ host, playwright }, use) => {
      if (host.kind === 'electron') {
        const endDisplay = await startDisplay()
        await use((options) => launchInElectron(host.runtime, options))
        endDisplay()
        return
      }
      // As root, Chromium has no sandbox of its own. Without a graphics card, drawing for one is the slower way.
      const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
      const browser: Browser = await playwright.chromium.launch({ executablePath: host.chromium, args })
      await use((options) => launchInChromium(browser, options))
      await browser.close()
    },
    { scope: 'worker' },
  ],
  app: async ({ host, launch, env, homeFiles }, use, info) => {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'labelroom-spec-')))
    const home = path.join(folder, 'home')
    await mkdir(home)
    for (const [name, text] of Object.entries(homeFiles)) await writeFile(path.join(home, name), text)
    const options = { home, libraryFile: path.join(home, 'library.db'), env }
    const mistakes: string[] = []
    const start = async () => {
      const running = await launch(options)
      collectMistakes(running.page, mistakes)
      return running
    }
    let running = await start()
    await use({
      get page() {
        return running.page
      },
      get client() {
        return running.client
      },
      get electron() {
        return running.electron
      },
      ...{ kind: host.kind, folder, home, libraryFile: options.libraryFile, mistakes },
      async photos(name, count) {
        await writePhotos(path.join(folder, name), count)
        return path.join(folder, name)
      },
      async addTinyModel(name = 'tiny') {
        return running.client.models.add({ path: await writeTinyModel(path.join(folder, name)) })
      },
      label: (request) => labelThroughCore(running.client, request),
      answerDialog: (answer) => running.answerDialog(answer),
      async restart(how = 'close') {
        await running.stop(how)
        running = await start()
      },
    })
    await running.stop('close')
    if (info.status !== info.expectedStatus) await attachLog(info, home)
    // A worker of a host that was killed may write its last file meanwhile.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    expect(mistakes, 'uncaught errors, warnings and refusals of the content security policy').toEqual([])
  },
})

/** The end of the app's log, which the report shows beside the failure. */
async function attachLog(info: TestInfo, home: string): Promise<void> {
  const log = await readFile(logFile(home), 'utf8').catch(() => '')
  await info.attach('log', { body: log.slice(-4000), contentType: 'text/plain' })
}

/** What no test may cause: an uncaught error, a warning of Svelte, what the content security policy refused, a gap in a text. */
function collectMistakes(page: Page, mistakes: string[]): void {
  page.on('pageerror', (error) => mistakes.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (/Content Security Policy|svelte\.dev\/e\/|A text lacks a value/.test(message.text()))
      mistakes.push(message.text())
  })
}
