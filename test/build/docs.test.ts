// The documents keep up with the source: links lead somewhere, notes exist, each dependency has its sentence.
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const root = path.join(import.meta.dirname, '../..')
const documents = globSync(['*.md', 'docs/**/*.md', 'models/*/*.md'], { cwd: root })
const sources = globSync(['{electron,models,renderer/src,test}/**/*.{ts,svelte}'], { cwd: root })
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const allMatches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)

test('documents link only to files that exist', () => {
  const broken = documents.flatMap((document) => {
    const folder = path.dirname(path.join(root, document))
    return allMatches(read(document), /\]\(([^)#:]+)(?:#[^)]*)?\)/g)
      .filter((link) => !existsSync(path.join(folder, link)))
      .map((link) => `${document}: ${link}`)
  })
  expect(broken).toEqual([])
})

test('every cited [Note: ...] is written once in the source', () => {
  const code = sources.filter((file) => file !== 'test/build/docs.test.ts').map(read)
  const all = new Set(
    [...code, ...documents.map(read)].flatMap((text) => allMatches(text, /\[Note: ([^\]]+)\]/g)),
  )
  // The placeholder of documents that explain notes.
  all.delete('name')
  const written = code.flatMap((text) => allMatches(text, /^\W*\[Note: ([^\]]+)\] \S/gm))
  expect(written.toSorted()).toEqual([...all].toSorted())
})

test('each package in package.json has a sentence in docs/dependencies.md', () => {
  const { dependencies, devDependencies } = z
    .object({
      dependencies: z.record(z.string(), z.string()),
      devDependencies: z.record(z.string(), z.string()),
    })
    .parse(JSON.parse(read('package.json')))
  const described = allMatches(read('docs/dependencies.md'), /\*\*([^*]+)\*\*/g)
  const names = [...Object.keys(dependencies), ...Object.keys(devDependencies)]
  expect(described.toSorted()).toEqual(names.toSorted())
})

test('docs/security.md names tests and sources that exist', () => {
  const text = read('docs/security.md')
  const tests = allMatches(text, /`(test\/[\w/.-]+\.ts)`/g)
  expect(tests.length).toBeGreaterThan(10)
  // Names without a folder are those of specs in the folder that the document names.
  const specs = allMatches(text, /`([\w-]+\.(?:test|spec)\.ts)`/g)
  const known = new Set(sources.map((file) => path.basename(file)))
  const own = allMatches(text, /`((?:core|host|common|worker|main|cli|contract|preload)\/[\w/.-]+\.ts)`/g)
  const missing = [
    ...tests.filter((file) => !existsSync(path.join(root, file))),
    ...specs.filter((name) => !known.has(name)),
    ...own.filter((file) => !existsSync(path.join(root, 'electron', file))),
  ]
  expect(missing).toEqual([])
})

test('ARCHITECTURE.md stays within 10 KB', () => {
  expect(Buffer.byteLength(read('ARCHITECTURE.md'))).toBeLessThanOrEqual(10_000)
})

test('a documented installation runs no scripts of packages, of which one would fetch files from elsewhere', () => {
  const commands = documents.flatMap((document) =>
    allMatches(read(document), /(npm install [^`\n]*(?:-g|--global)[^`\n]*)/g),
  )
  expect(commands.length).toBeGreaterThan(0)
  expect(commands.filter((command) => !command.includes('--ignore-scripts'))).toEqual([])
})
