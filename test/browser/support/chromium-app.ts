// The app as `labelroom serve` serves it to a browser, in a page of Chromium.
import type { Browser } from '@playwright/test'
import type { LaunchOptions, RunningApp } from './app.ts'
import { connectClient } from './http-client.ts'
import { startServer } from './serve.ts'

export async function launchInChromium(browser: Browser, options: LaunchOptions): Promise<RunningApp> {
  const server = await startServer(options)
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.goto(server.url)
  return {
    page,
    electron: null,
    client: connectClient(server.url),
    async stop(how) {
      await context.close()
      await server.stop(how)
    },
    answerDialog: () => Promise.resolve(),
  }
}
