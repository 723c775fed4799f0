// Makes the page wait for the core, so that a person is quicker than it.
import type { App } from './app.ts'

export interface HeldCall {
  /** When the page has made the call. */
  readonly reached: Promise<unknown>
  readonly release: () => void
}

/** The next such call waits until it is let go; in Electron, which has no network between, only the keys are quick. */
export async function holdNext(app: App, method: string): Promise<HeldCall> {
  const reached = Promise.withResolvers<null>()
  const released = Promise.withResolvers<null>()
  if (app.kind === 'electron') reached.resolve(null)
  else {
    let isHeld = false
    await app.page.route('**/rpc', async (route) => {
      const isNext = !isHeld && (route.request().postDataJSON() as { method: string }).method === method
      if (isNext) {
        isHeld = true
        reached.resolve(null)
        await released.promise
      }
      await route.continue()
    })
  }
  return {
    reached: reached.promise,
    release: () => {
      released.resolve(null)
    },
  }
}
