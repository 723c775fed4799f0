// The licences of everything that a package ships: the dependencies of the product, what the page's bundle holds, Electron.
// usage: node build/licences.ts  - fails where a package names no licence, or one that nobody has looked at
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '..')

/** A package that is shipped, with the text of its licence where it brings one. */
export interface ShippedPackage {
  readonly name: string
  readonly version: string
  readonly licence: string
  readonly text: string
}

/** Packages for the page or the window, which npm takes for tools. Vite bundles the page; electron-builder adds Electron. */
const shippedTools = ['svelte', '@lucide/svelte', 'd3-scale', 'd3-shape', 'electron']

/** What was looked at and may be shipped; see NOTICE for those that ask for more than their text. */
const known = new Set([
  ...['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'MPL-2.0'],
  ...[
    'LGPL-3.0',
    'LGPL-3.0-or-later',
    'CC0-1.0',
    '(MIT OR CC0-1.0)',
    'Artistic-1.0-Perl OR GPL-1.0-or-later',
  ],
  'Apache-2.0 AND LGPL-3.0-or-later',
])

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string | { readonly type: string }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest

/** Finds a package as Node does: beside the one that asks, then further up; null where this system does not need it. */
function find(name: string, from: string): string | null {
  for (let folder = from; folder.startsWith(root); folder = path.dirname(folder)) {
    const found = path.join(folder, 'node_modules', name)
    if (existsSync(path.join(found, 'package.json'))) return found
  }
  return null
}

function licenceText(folder: string): string {
  const file = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying)(-mit)?(\.(md|txt|mit))?$/i.test(name))
    .sort()[0]
  return file === undefined ? '' : readFileSync(path.join(folder, file), 'utf8').trim()
}

/** Returns every package that is shipped from this checkout, by name. */
export function shippedPackages(): ShippedPackage[] {
  const found = new Map<string, ShippedPackage>()
  const add = (folder: string, isTool: boolean): void => {
    const { name, version, license, dependencies, optionalDependencies } = readManifest(folder)
    if (found.has(`${name} ${version}`)) return
    const licence = typeof license === 'object' ? license.type : (license ?? '')
    found.set(`${name} ${version}`, { name, version, licence, text: licenceText(folder) })
    // What Electron needs to be downloaded, and Svelte to compile, is in no package.
    if (isTool && !name.startsWith('d3-')) return
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const at = find(needed, folder)
      if (at !== null) add(at, isTool)
    }
  }
  for (const name of Object.keys(readManifest(root).dependencies ?? {})) {
    const at = find(name, root)
    if (at === null) throw new Error(`${name} is not installed; run npm ci.`)
    add(at, false)
  }
  for (const name of shippedTools) {
    const at = find(name, root)
    if (at !== null) add(at, true)
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** Returns a sentence for each package whose licence is missing or unknown. */
export const findProblems = (packages: readonly ShippedPackage[]): string[] =>
  packages.flatMap(({ name, version, licence }) =>
    known.has(licence)
      ? []
      : [
          licence === ''
            ? `${name} ${version} names no licence; look for it, or do without the package.`
            : `${name} ${version} is under ${licence}; read it, then add it to build/licences.ts.`,
        ],
  )

if (process.argv[1] === import.meta.filename) {
  const packages = shippedPackages()
  for (const problem of findProblems(packages)) {
    console.error(problem)
    process.exitCode = 1
  }
}
