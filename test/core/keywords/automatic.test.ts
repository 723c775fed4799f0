// Keywords that are written as the user labels: what follows what, and what stays of other programs. Needs no Perl.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { KeywordWriting } from '../../../electron/contract/keywords.ts'
import { createKeywordTool } from '../../../electron/core/keywords/exiftool.ts'
import { openTestCore } from '../../helpers/core.ts'
import { list, xmpPacket } from '../../helpers/metadata-bytes.ts'
import { saying } from '../../helpers/messages.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

const isPossible = (await createKeywordTool().obstacle()) === null
const script = createRequire(import.meta.url)('exiftool-vendored.pl') as string

const automatic: KeywordWriting = { target: 'sidecar', autoAbove: null, isAutomatic: true }

/** A library with photos that follows their labels when it is told to. */
async function library(names: readonly string[], { isKept = false } = {}) {
  const folder = tempFolder()
  const path = (name: string) => join(folder, name)
  for (const [index, name] of names.entries())
    await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: index * 20, g: 9, b: 9 } } })
      .jpeg()
      .toFile(path(name))
  const home = tempFolder()
  const { client, core, close } = openTestCore(home, { isBackedUpDaily: isKept })
  await client.library.scan({ folders: [folder] })
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 100 })
  const photoIds = cards.flatMap(({ photoId }) => photoId ?? [])
  const text = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : null)
  const follow = () => client.keywords.writePending({ taskId: null })
  const sidecars = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.xmp'))
      .toSorted()
  return { folder, path, client, core, close, home, photoIds, text, follow, sidecars }
}

test('nothing waits while it is off; once it is on, each change of a label or of stars puts its photo in line', async () => {
  const { client, photoIds, follow, sidecars, text } = await library(['a.jpg', 'b.jpg', 'c.jpg'])
  const [a = 0, b = 0] = photoIds
  await client.labels.confirm({ photoIds: [a], name: 'owl' })
  expect((await client.keywords.pending({})).waiting).toBe(0)
  await client.settings.set({ keywordWriting: automatic })
  await client.labels.confirm({ photoIds: [b], name: 'cat' })
  await client.labels.confirm({ photoIds: [b], name: 'dog' })
  await client.ratings.set({ photoIds: [b], stars: 4 })
  expect(await client.keywords.pending({})).toEqual({ waiting: 1, isWriting: false, problem: null })
  expect(await follow()).toMatchObject({ written: 1, photos: 1, failed: 0 })
  expect(sidecars()).toEqual(['b.jpg.xmp'])
  expect(text('b.jpg.xmp')).toMatch(/<rdf:li>cat<\/rdf:li>[^]*<rdf:li>dog<\/rdf:li>[^]*<xmp:Rating>4</)
  expect((await client.keywords.pending({})).waiting).toBe(0)
})

test('what is written has no step of its own: undo takes back the labels, and the sidecar follows until it is gone', async () => {
  const { client, photoIds, follow, sidecars, text } = await library(['a.jpg'])
  await client.settings.set({ keywordWriting: automatic })
  await client.labels.confirm({ photoIds, name: 'Birds/Owl' })
  await follow()
  const first = text('a.jpg.xmp')
  await client.ratings.set({ photoIds, stars: 3 })
  await follow()
  expect(text('a.jpg.xmp')).toContain('<xmp:Rating>3')
  await client.labels.rename({ renames: [{ from: 'Birds/Owl', to: 'Birds/Eagle' }] })
  await follow()
  expect(text('a.jpg.xmp')).toContain('Birds|Eagle')
  expect(text('a.jpg.xmp')).not.toContain('Owl')
  expect((await client.history.undo({})).redo).toMatchObject({ kind: 'rename' })
  await client.history.undo({})
  await follow()
  expect(text('a.jpg.xmp')).toBe(first)
  await client.history.undo({})
  await follow()
  expect(sidecars()).toEqual([])
  expect((await client.history.state({})).undo).toBeNull()
  await client.history.redo({})
  await follow()
  expect(text('a.jpg.xmp')).toBe(first)
})

test('imported keywords stay in the files when the import is undone, and labels that are rejected leave other words alone', async () => {
  const { folder, path, client, photoIds, follow, text } = await library(['a.jpg', 'b.jpg'])
  const theirs = xmpPacket(list('dc:subject', 'Bag', 'owl', 'theirs'))
  writeFileSync(path('a.jpg.xmp'), theirs)
  await client.library.scan({ folders: [folder] })
  await client.settings.set({ keywordWriting: automatic })
  await client.keywords.use({})
  await follow()
  expect(text('a.jpg.xmp')).toBe(theirs.toString())
  await client.history.undo({})
  expect((await client.keywords.pending({})).waiting).toBe(1)
  await follow()
  expect(text('a.jpg.xmp')).toBe(theirs.toString())
  // The undone step is forgotten with the next one, and the words still are another program's.
  await client.labels.reject({ photoIds, name: 'owl' })
  await follow()
  expect(text('a.jpg.xmp')).toBe(theirs.toString())
})

test('a model that labels puts nothing in line, unless suggestions are written too', async () => {
  const { folder, client, core, home, follow, text } = await library(['a.jpg'])
  const model = await client.models.add({ path: await writeTinyModel(join(home, 'model')) })
  const label = async () => {
    const ended = new Promise<void>((resolve) => {
      const stop = core.events.subscribe('job.changed', ({ state }) => {
        if (state !== 'done') return
        stop()
        resolve()
      })
    })
    await client.jobs.start({ folders: [folder], model: model.name, device: 'cpu' })
    await ended
  }
  await client.settings.set({ keywordWriting: automatic })
  await label()
  expect((await client.keywords.pending({})).waiting).toBe(0)
  await client.settings.set({ keywordWriting: { ...automatic, autoAbove: 0 } })
  await client.rules.set({ rules: { minScore: 0.01 } })
  expect((await client.keywords.pending({})).waiting).toBe(1)
  await follow()
  expect(text('a.jpg.xmp')).toContain('<rdf:li>auto|')
})

test('what cannot be written stays in line, is told with its reason, and is written once it can be', async () => {
  const { folder, path, client, photoIds, follow, text } = await library(['a.jpg', 'b.jpg'])
  writeFileSync(path('a.jpg.xmp'), '<x:xmpmeta')
  await client.library.scan({ folders: [folder] })
  await client.settings.set({ keywordWriting: automatic })
  await client.labels.confirm({ photoIds, name: 'owl' })
  expect(await follow()).toMatchObject({ written: 1, failed: 1 })
  expect(await client.keywords.pending({})).toEqual({
    waiting: 1,
    isWriting: false,
    problem: {
      path: path('a.jpg'),
      target: path('a.jpg.xmp'),
      reason: saying(expect.stringContaining('damaged')),
      photos: 1,
    },
  })
  expect(text('a.jpg.xmp')).toBe('<x:xmpmeta')
  rmSync(path('a.jpg.xmp'))
  await client.library.scan({ folders: [folder] })
  expect(await follow()).toMatchObject({ written: 1, failed: 0 })
  expect(await client.keywords.pending({})).toEqual({ waiting: 0, isWriting: false, problem: null })
  // A photo whose file is gone waits for it, and keeps nobody waiting.
  rmSync(path('b.jpg'))
  await client.labels.confirm({ photoIds, name: 'cat' })
  await client.library.scan({ folders: [folder] })
  expect(await follow()).toMatchObject({ photos: 1, failed: 0 })
  expect((await client.keywords.pending({})).waiting).toBe(0)
})

test('an open app writes soon after a change, without being asked', async () => {
  const { client, core, photoIds, sidecars } = await library(['a.jpg', 'b.jpg'], { isKept: true })
  await client.settings.set({ keywordWriting: automatic })
  const written = new Promise<void>((resolve) => {
    core.events.subscribe('keywords.pending', ({ waiting }) => {
      if (waiting === 0) resolve()
    })
  })
  await client.labels.confirm({ photoIds, name: 'owl' })
  await written
  expect(sidecars()).toEqual(['a.jpg.xmp', 'b.jpg.xmp'])
  expect((await client.keywords.plan({})).unchanged).toBe(2)
})

/** What a file says, whatever the order of its words, without what follows from them. */
const said = (file: string) =>
  execFileSync('perl', [script, '-a', '-u', '-G1', '-s', '--System:all', '-sep', ';', file], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter((line) => !/^\[File]|XMPToolkit|IPTCDigest/.test(line))
    .map((line) => line.replace(/(?<=: ).*;.*/, (words) => words.split(';').toSorted().join(';')))

test.runIf(isPossible)(
  'files of other programs are as they were once labels and stars are undone: IPTC, other fields, their spelling and their stars',
  async () => {
    const { folder, path, client, photoIds, follow } = await library(['a.jpg'])
    const file = path('a.jpg')
    execFileSync('perl', [
      ...[
        script,
        '-q',
        '-overwrite_original',
        '-codedcharacterset=utf8',
        '-IPTC:Keywords=Great_Owl',
        '-IPTC:Keywords=sea',
      ],
      ...['-XMP-dc:Subject=Great_Owl', '-XMP-dc:Subject=sea', '-XMP-microsoft:LastKeywordXMP=Great_Owl'],
      ...['-XMP-xmp:Rating=2', '-XMP-dc:Title=Kept', file],
    ])
    await client.library.scan({ folders: [folder] })
    const before = said(file)
    await client.settings.set({ keywordWriting: { ...automatic, target: 'file' } })
    const step = async (work: () => Promise<unknown>) => {
      await work()
      expect(await follow()).toMatchObject({ failed: 0 })
      return said(file)
    }
    const labelled = await step(() => client.labels.confirm({ photoIds, name: 'cat' }))
    expect(labelled.join()).toMatch(/\[IPTC] +Keywords +: Great_Owl;cat;sea/)
    const rated = await step(() => client.ratings.set({ photoIds, stars: 5 }))
    expect(rated.join()).toMatch(/Rating +: 5/)
    // The user takes the label away that the file had, and so the file's own word goes.
    await step(() => client.labels.confirm({ photoIds, name: 'great owl' }))
    const without = await step(() => client.labels.clear({ photoIds, name: 'great owl' }))
    expect(without.join()).not.toContain('Great_Owl')
    // Several steps at once, in whatever order the queue meets them.
    for (let steps = 0; steps < 2; steps++) await client.history.undo({})
    expect(await step(() => Promise.resolve())).toEqual(rated)
    expect(await step(() => client.history.undo({}))).toEqual(labelled)
    expect(await step(() => client.history.undo({}))).toEqual(before)
    // What another program writes meanwhile is its own.
    await step(() => client.history.redo({}))
    execFileSync('perl', [
      script,
      '-q',
      '-overwrite_original',
      '-XMP-dc:Subject+=later',
      '-XMP-dc:Subject-=sea',
      file,
    ])
    await client.library.scan({ folders: [folder] })
    const after = (await step(() => client.history.undo({}))).filter((line) => /] +Subject/.test(line))
    expect(after.map((line) => line.replace(/\s+/g, ' '))).toEqual(['[XMP-dc] Subject : Great_Owl;later'])
  },
)
