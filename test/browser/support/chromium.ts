// Finds the Chromium that is installed, or the one that the command of the browser tests got out of the npm registry.
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { findNpmChromium } from './npm-chromium.ts'

/** The shell first: it draws the same pages, without the windows of a whole browser behind each (a third of the time). */
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
]
const macOs = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/** LABELROOM_CHROMIUM, else the first on the PATH; null where there is none. */
export function findSystemChromium(): string | null {
  const named = process.env['LABELROOM_CHROMIUM']
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  const candidates =
    named === undefined
      ? [...names.flatMap((name) => folders.map((folder) => path.join(folder, name))), macOs]
      : [named]
  return candidates.find(isProgram) ?? null
}

/** The system's, else the one of the npm registry; null where there is none, which the log says loudly. */
export function findChromium(): string | null {
  const found = findSystemChromium() ?? findNpmChromium()
  if (found === null)
    console.warn(
      'NOT TESTED IN CHROMIUM: there is none. Install Chromium (Debian: apt-get install chromium), or set LABELROOM_CHROMIUM.',
    )
  return found
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
