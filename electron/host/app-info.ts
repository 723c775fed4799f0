// What this product is: its version, and the versions of what it is made of.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of package.json: the checkout, the installed package, or the app's archive. */
export const productFolder = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url),
)

/** What lies outside the app's archive, since native code reads it or it is copied as it is. */
const unpackedFolder = productFolder.replace(/app\.asar(?=[\\/]$)/, 'app.asar.unpacked')

/** The model that comes with the product. */
export const bundledModelFolder = `${unpackedFolder}models/bundled`

/** The photos that come with the product. */
export const samplesFolder = `${unpackedFolder}docs/samples`

/** Where the built page lies. */
export const pageFolder = `${productFolder}out/renderer`

/** Our own file, so it is not parsed: every start reads it. */
interface Package {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly debuggable?: boolean
  readonly updateFeed?: string
}

const { version, dependencies, debuggable, updateFeed } = JSON.parse(
  readFileSync(`${productFolder}package.json`, 'utf8'),
) as Package

export const productVersion = version

/** Where the newest version is named; null: this build offers no updates. A publisher sets it: see CONTRIBUTING.md. */
export const productFeed = updateFeed === undefined || updateFeed === '' ? null : updateFeed

/** Whether the package was made for tests, which drive its pages as a debugger does. */
export const isDebuggable = debuggable === true

const runtimes: Readonly<Record<string, string>> = { electron: 'Electron', chrome: 'Chromium', node: 'Node' }

/** For the about box; dependencies are pinned, so what is asked for is what is there. */
export function componentVersions(): Record<string, string> {
  const own = Object.entries(process.versions).flatMap(([name, found]) => {
    const title = runtimes[name]
    return title === undefined || found === undefined ? [] : [[title, found] as const]
  })
  return {
    ...Object.fromEntries(own),
    'ONNX Runtime': dependencies['onnxruntime-node'] ?? '',
    'better-sqlite3': dependencies['better-sqlite3'] ?? '',
    sharp: dependencies['sharp'] ?? '',
  }
}
