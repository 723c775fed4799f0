// NOTICE names every part under the LGPL or the MPL that is installed with the product, in the version that is installed.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const root = path.join(import.meta.dirname, '../..')
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'))
const notice = readFileSync(path.join(root, 'NOTICE'), 'utf8')
const copyleft = /\b[AL]?GPL|\bMPL/

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), license: z.string().optional(), dev: z.boolean().optional() }),
  ),
})

/** Whether a line of the notice names the package, by its name or by a pattern such as `@img/sharp-win32-*`. */
const isNamed = (name: string, version: string): boolean =>
  [...notice.matchAll(/([@\w/.-]+\*?) (\d[\w.]*)/g)].some(
    ([, named = '', its]) =>
      its === version && (named.endsWith('*') ? name.startsWith(named.slice(0, -1)) : name === named),
  )

test('each package of the product under such a licence is named with its version', () => {
  const { packages } = Lock.parse(readJson('package-lock.json'))
  const found = Object.entries(packages).flatMap(([place, { version = '', license = '', dev = false }]) =>
    place === '' || dev || !copyleft.test(license)
      ? []
      : [{ name: place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length), version }],
  )
  expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(['exifreader', 'libheif-js']))
  expect(found.filter(({ name, version }) => !isNamed(name, version))).toEqual([])
})

test('what is installed has these versions', () => {
  const Package = z.object({ version: z.string(), license: z.string() })
  for (const name of ['exifreader', 'libheif-js', 'electron']) {
    const { version } = Package.parse(readJson(`node_modules/${name}/package.json`))
    expect({ name, isNamed: isNamed(name === 'electron' ? 'Electron' : name, version) }).toEqual({
      ...{ name, isNamed: true },
    })
  }
})

test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  'the parts of libvips have these versions',
  () => {
    const versions = z
      .record(z.string(), z.string())
      .parse(readJson('node_modules/@img/sharp-libvips-linux-x64/versions.json'))
    const named = ['vips', 'glib', 'heif', 'rsvg', 'pango', 'fribidi', 'exif', 'proxy-libintl', 'cairo']
    expect(named.filter((part) => !isNamed(part, versions[part] ?? 'missing'))).toEqual([])
  },
)

test('packages carry it', () => {
  const { files } = z.object({ files: z.array(z.string()) }).parse(readJson('package.json'))
  expect(files).toContain('NOTICE')
  expect(readFileSync(path.join(root, 'build/electron-builder.yml'), 'utf8')).toMatch(/^ {2}- NOTICE$/m)
})
