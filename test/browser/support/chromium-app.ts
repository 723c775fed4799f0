// The app as `labelroom serve` gives it to a browser: a process of its own, and a page of Chromium.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Browser } from '@playwright/test'
import type { LaunchOptions, RunningApp } from './app.ts'
import { connectClient } from './http-client.ts'

const cliFile = fileURLToPath(new URL('../../../electron/cli/labelroom.js', import.meta.url))

export async function launchInChromium(browser: Browser, options: LaunchOptions): Promise<RunningApp> {
  const child = spawn(process.execPath, [cliFile, 'serve', '--library', options.libraryFile], {
    env: { ...process.env, LABELROOM_HOME: options.home, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      resolve(text.trim())
    })
    child.once('exit', () => {
      reject(new Error(`labelroom serve ended: ${errors}`))
    })
  })
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.goto(url)
  return {
    page,
    electron: null,
    client: connectClient(url),
    async stop(how) {
      await context.close()
      child.kill(how === 'kill' ? 'SIGKILL' : 'SIGINT')
      await exited
    },
    answerDialog: () => Promise.resolve(),
  }
}
