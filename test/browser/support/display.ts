// A display of its own for the windows of one worker, so that tests beside it take no focus away.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Sets DISPLAY where the system needs one and has none; returns the function that ends the display. */
export async function startDisplay(): Promise<() => void> {
  if (process.platform !== 'linux' || process.env['DISPLAY'] !== undefined) return () => undefined
  // Xvfb chooses a free number and says which.
  const display = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [number] = (await once(display.stdout, 'data')) as [Buffer]
  process.env['DISPLAY'] = `:${number.toString().trim()}`
  return () => {
    display.kill()
    delete process.env['DISPLAY']
  }
}
