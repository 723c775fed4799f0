// The Electron of the packages is one exact version, verified by the lock file.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')) as unknown

test('Electron is pinned to one version, and the lock file holds it with its hash', () => {
  const { devDependencies } = read('package.json') as { devDependencies: Record<string, string> }
  const { packages } = read('package-lock.json') as {
    packages: Record<string, { version: string; integrity: string }>
  }
  expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/)
  expect(packages['node_modules/electron']).toMatchObject({
    version: devDependencies['electron'],
    integrity: expect.stringMatching(/^sha512-/) as string,
  })
})
