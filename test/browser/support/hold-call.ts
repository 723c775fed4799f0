// Makes the page wait for the core, so that the user is quicker than it.
import type { App } from './app.ts'

interface Call {
  readonly method: string
  readonly input: Readonly<Record<string, unknown>>
}

export interface HeldCall {
  /** When the page has made the call. */
  readonly reached: Promise<unknown>
  readonly release: () => void
}

/** The next such call, with this in its input if given, waits until it is let go; in Electron, which has no network between, only the keys are quick. */
export const holdNext = (
  app: App,
  method: string,
  wanted: Readonly<Record<string, unknown>> = {},
): Promise<HeldCall> => hold(app, method, wanted, true)

/** Every such call from now on, where others than the one that is meant may come before it. */
export const holdEach = (app: App, method: string): Promise<HeldCall> => hold(app, method, {}, false)

async function hold(
  app: App,
  method: string,
  wanted: Readonly<Record<string, unknown>>,
  isOnce: boolean,
): Promise<HeldCall> {
  const reached = Promise.withResolvers<null>()
  const released = Promise.withResolvers<null>()
  if (app.kind === 'electron') reached.resolve(null)
  else {
    let isHeld = false
    await app.page.route('**/rpc', async (route) => {
      const call = route.request().postDataJSON() as Call
      const isWanted = Object.entries(wanted).every(([key, value]) => call.input[key] === value)
      if (!(isOnce && isHeld) && isWanted && call.method === method) {
        isHeld = true
        reached.resolve(null)
        await released.promise
      }
      await route.fallback()
    })
  }
  return {
    reached: reached.promise,
    release: () => {
      released.resolve(null)
    },
  }
}
