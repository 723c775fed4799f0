// Finds the Chromium that is installed; none is downloaded.
import { accessSync, constants } from 'node:fs'
import path from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const macOs = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/** LABELROOM_CHROMIUM, else the first on the PATH; null where there is none, which the log says loudly. */
export function findChromium(): string | null {
  const named = process.env['LABELROOM_CHROMIUM']
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  const candidates =
    named === undefined
      ? [...names.flatMap((name) => folders.map((folder) => path.join(folder, name))), macOs]
      : [named]
  const found = candidates.find(isProgram)
  if (found !== undefined) return found
  console.warn(
    'NOT TESTED IN CHROMIUM: there is none. Install Chromium (Debian: apt-get install chromium), or set LABELROOM_CHROMIUM.',
  )
  return null
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
