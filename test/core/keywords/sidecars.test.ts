// From the sidecars of other programs to labels and back, through the calls of the core. Needs no Perl.
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { list, xmpPacket } from '../../helpers/metadata-bytes.ts'
import { rawFile } from '../../helpers/raw-files.ts'
import { saying } from '../../helpers/messages.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

/** A library with a folder of photos, each another picture. */
async function library(...names: readonly string[]) {
  const folder = tempFolder()
  const path = (name: string) => join(folder, name)
  for (const [index, name] of names.entries())
    await sharp({
      create: { width: 8, height: 8, channels: 3, background: { r: (index * 20) % 256, g: 9 + index, b: 9 } },
    })
      .jpeg()
      .toFile(path(name))
  const { client, core } = openTestCore(tempFolder())
  const scan = () => client.library.scan({ folders: [folder] })
  const photoId = async (name: string) => {
    const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 100 })
    const id = cards.find((card) => card.name === name)?.photoId ?? null
    if (id === null) throw new Error(`${name} is not there`)
    return id
  }
  const namesIn = async () =>
    (await client.keywords.list({ folders: [folder] })).keywords.map(({ name, photos }) => [name, photos])
  return { folder, path, client, core, scan, photoId, namesIn }
}

test('keywords of both kinds of sidecars are found, and become labels in one step', async () => {
  const { path, client, scan, namesIn } = await library('a.jpg', 'b.jpg')
  writeFileSync(
    path('a.jpg.xmp'),
    xmpPacket(list('digiKam:TagsList', 'Seq', 'Birds/Owl'), list('dc:subject', 'Bag', 'Owl')),
  )
  writeFileSync(path('b.xmp'), xmpPacket(list('dc:subject', 'Bag', '2024', 'Paris, France')))
  await scan()
  expect((await namesIn()).toSorted()).toEqual([
    ['2024', 1],
    ['Birds/Owl', 1],
    ['Paris, France', 1],
  ])
  expect(await client.keywords.use({})).toEqual({ photos: 2 })
  expect(await client.labels.list({})).toContainEqual(
    expect.objectContaining({ name: 'Birds/Owl', confirmed: 1 }),
  )
  await client.history.undo({})
  expect((await client.labels.list({})).filter(({ confirmed }) => confirmed > 0)).toEqual([])
})

test('spellings of one label are one keyword, which a photo that has or rejected the label does not get again', async () => {
  const { path, client, scan, photoId, namesIn } = await library('a.jpg', 'b.jpg', 'c.jpg', 'd.jpg')
  for (const [name, ...words] of [
    ['a.jpg', 'Great_Grey_Owl', 'great grey owl'],
    ['b.jpg', 'GREAT GREY OWL'],
    ['c.jpg', 'great_grey_owl'],
    ['d.jpg', 'great_grey_owl'],
  ])
    writeFileSync(path(`${name}.xmp`), xmpPacket(list('dc:subject', 'Bag', ...words)))
  await scan()
  await client.labels.confirm({ photoIds: [await photoId('c.jpg')], name: 'great grey owl' })
  await client.labels.reject({ photoIds: [await photoId('d.jpg')], name: 'great grey owl' })
  expect(await namesIn()).toEqual([['GREAT GREY OWL', 4]])
  expect((await client.keywords.list({})).keywords[0]?.newPhotos).toBe(2)
  expect(await client.keywords.use({ names: ['GREAT GREY OWL'] })).toEqual({ photos: 2 })
  const labels = (await client.labels.list({})).filter(({ confirmed }) => confirmed > 0)
  expect(labels).toEqual([expect.objectContaining({ name: 'great grey owl', confirmed: 3 })])
  expect((await client.keywords.list({})).keywords[0]?.newPhotos).toBe(0)
  expect((await client.keywords.plan({ limit: 9 })).counts.sidecar).toBe(0)
})

test('a keyword that the user rejected for the photo stays rejected', async () => {
  const { path, client, scan, photoId } = await library('a.jpg')
  writeFileSync(path('a.jpg.xmp'), xmpPacket(list('dc:subject', 'Bag', 'owl', 'cat')))
  await scan()
  await client.labels.reject({ photoIds: [await photoId('a.jpg')], name: 'owl' })
  await client.keywords.use({})
  const [card] = (await client.browse.open({ filter: {}, sort: {}, first: 1 })).cards
  expect(card?.labels.map(({ name, state }) => [name, state])).toEqual([
    ['cat', 'confirmed'],
    ['owl', 'rejected'],
  ])
})

test('a sidecar that fits two files is used for neither until the user says so, and is asked about once', async () => {
  const { folder, path, client, scan, namesIn } = await library('a.jpg')
  writeFileSync(path('a.png'), 'raw')
  writeFileSync(path('a.xmp'), xmpPacket(list('dc:subject', 'Bag', 'owl')))
  await scan()
  expect(await namesIn()).toEqual([])
  const { shared } = await client.keywords.list({})
  expect(shared).toEqual([
    { sidecar: path('a.xmp'), files: expect.arrayContaining([path('a.png'), path('a.jpg')]) as string[] },
  ])
  await client.keywords.decideShared({ folders: [folder], isUsed: true })
  await scan()
  expect(await namesIn()).toEqual([['owl', 2]])
  expect((await client.keywords.list({})).shared).toEqual([])
})

test('confirmed labels go into new sidecars, once, and undo takes the sidecars away again', async () => {
  const { path, client, scan, photoId } = await library('a.jpg', 'b.jpg')
  await scan()
  const photoIds = [await photoId('a.jpg')]
  for (const name of ['Birds/Eule & Käuzchen', '<b>']) await client.labels.confirm({ photoIds, name })
  const { counts, examples } = await client.keywords.plan({})
  expect([counts, examples]).toMatchObject([
    { 'new-sidecar': 1, file: 0 },
    [{ target: path('a.jpg.xmp'), removed: [] }],
  ])
  expect(existsSync(path('a.jpg.xmp'))).toBe(false)
  const before = statSync(path('a.jpg'))
  expect(await client.keywords.write({})).toMatchObject({ written: 1, unchanged: 1, failed: 0 })
  expect(statSync(path('a.jpg'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs })
  expect(readFileSync(path('a.jpg.xmp'), 'utf8')).toContain('<rdf:li>Birds|Eule &amp; Käuzchen</rdf:li>')
  expect((await client.keywords.list({})).keywords.map(({ name }) => name).toSorted()).toEqual([
    '<b>',
    'Birds/Eule & Käuzchen',
  ])
  expect(await client.keywords.write({})).toMatchObject({ written: 0, unchanged: 2 })
  await client.history.undo({})
  expect(existsSync(path('a.jpg.xmp'))).toBe(false)
  // Nor does the library believe that they still are there, which could not be written again then.
  expect((await client.keywords.list({})).keywords).toEqual([])
  expect((await client.keywords.plan({})).counts['new-sidecar']).toBe(1)
  await client.history.redo({})
  expect(existsSync(path('a.jpg.xmp'))).toBe(true)
})

/** A RAW file whose preview is that JPEG. */
const writeRaw = (file: string, jpeg: string) => {
  writeFileSync(file, rawFile('nef', { preview: readFileSync(jpeg), sensor: Buffer.alloc(900, 5) }))
}
const sidecarsIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.xmp'))
    .toSorted()

test.each(['picture', 'raw'] as const)(
  'both files of a pair get the words where the %s is shown: the JPEG in its own sidecar, the RAW file in those that Lightroom and digiKam read',
  async (shown) => {
    const { folder, path, client, scan, photoId } = await library('a.jpg', 'b.jpg')
    writeRaw(path('a.nef'), path('a.jpg'))
    await client.library.showOfPair({ shown })
    await scan()
    const photoIds = [await photoId(shown === 'raw' ? 'a.nef' : 'a.jpg')]
    await client.labels.confirm({ photoIds, name: 'Birds/Owl' })
    const { counts } = await client.keywords.plan({})
    expect(counts).toEqual({ 'new-sidecar': 3, sidecar: 0, file: 0 })
    expect(await client.keywords.write({})).toMatchObject({ written: 3, failed: 0 })
    const names = ['a.jpg.xmp', 'a.nef.xmp', 'a.xmp']
    expect(sidecarsIn(folder)).toEqual(names)
    for (const name of names) expect(readFileSync(path(name), 'utf8')).toContain('<rdf:li>Birds|Owl</rdf:li>')
    // What lies there now is known, and fits one photo.
    await scan()
    expect((await client.keywords.list({})).shared).toEqual([])
    expect(await client.keywords.write({})).toMatchObject({ written: 0, failed: 0 })
    await client.history.undo({})
    expect(sidecarsIn(folder)).toEqual([])
    await client.history.redo({})
    expect(sidecarsIn(folder)).toEqual(names)
  },
)

test('where another photo has the name of a RAW file, it gets no sidecar that fits both', async () => {
  const { folder, path, client, scan, photoId } = await library('a.jpg', 'a.png')
  writeRaw(path('a.nef'), path('a.jpg'))
  await scan()
  await client.labels.confirm({ photoIds: [await photoId('a.jpg')], name: 'owl' })
  await client.keywords.write({})
  expect(sidecarsIn(folder)).toEqual(['a.jpg.xmp', 'a.nef.xmp'])
})

test('a damaged or write-protected sidecar fails with its reason and stays as it is, while the others are written', async () => {
  const { path, client, scan, photoId } = await library('a.jpg', 'b.jpg', 'c.jpg')
  writeFileSync(path('a.jpg.xmp'), '<x:xmpmeta')
  writeFileSync(path('b.jpg.xmp'), xmpPacket(list('dc:subject', 'Bag', 'theirs')))
  chmodSync(path('b.jpg.xmp'), 0o444)
  await scan()
  expect((await client.keywords.list({})).damaged).toEqual([path('a.jpg.xmp')])
  const photoIds = await Promise.all(['a.jpg', 'b.jpg', 'c.jpg'].map(photoId))
  await client.labels.confirm({ photoIds, name: 'owl' })
  const report = await client.keywords.write({})
  expect(report).toMatchObject({ written: 1, failed: 2 })
  expect(report.failures.toSorted((x, y) => (x.path < y.path ? -1 : 1))).toEqual([
    {
      path: path('a.jpg'),
      target: path('a.jpg.xmp'),
      reason: saying(expect.stringContaining('damaged')),
    },
    {
      path: path('b.jpg'),
      target: path('b.jpg.xmp'),
      reason: saying(expect.stringContaining('write-protected')),
    },
  ])
  expect(readFileSync(path('a.jpg.xmp'), 'utf8')).toBe('<x:xmpmeta')
})

test('stars and a reject go into new sidecars as xmp:Rating, once; a pick and what the user did not say stay out', async () => {
  const { path, client, scan, photoId } = await library('a.jpg', 'b.jpg', 'c.jpg', 'd.jpg')
  await scan()
  await client.ratings.set({ photoIds: [await photoId('a.jpg')], stars: 4, flag: 'pick' })
  await client.ratings.set({ photoIds: [await photoId('b.jpg')], stars: 4, flag: 'reject' })
  await client.ratings.set({ photoIds: [await photoId('c.jpg')], flag: 'pick' })
  expect((await client.keywords.plan({})).examples).toMatchObject([
    { target: path('a.jpg.xmp'), added: [], rating: { before: null, after: 4 } },
    { target: path('b.jpg.xmp'), added: [], rating: { before: null, after: -1 } },
  ])
  expect(await client.keywords.write({})).toMatchObject({ written: 2, unchanged: 2, failed: 0 })
  expect(readFileSync(path('a.jpg.xmp'), 'utf8')).toContain('<xmp:Rating>4</xmp:Rating>')
  expect(readFileSync(path('b.jpg.xmp'), 'utf8')).toContain('<xmp:Rating>-1</xmp:Rating>')
  expect(['c.jpg.xmp', 'd.jpg.xmp'].map((name) => existsSync(path(name)))).toEqual([false, false])
  expect(await client.keywords.write({})).toMatchObject({ written: 0, unchanged: 4 })
  await client.history.undo({})
  expect(existsSync(path('a.jpg.xmp'))).toBe(false)
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 2 })
  expect(cards.map(({ stars, flag }) => [stars, flag])).toEqual([
    [4, 'pick'],
    [4, 'reject'],
  ])
})

test("a model's classes are written as people write them, a user's own words as they are, and a file's spelling stays", async () => {
  const { path, client, scan, photoId } = await library('a.jpg', 'b.jpg')
  const model = await writeTinyModel(join(tempFolder(), 'model'))
  writeFileSync(
    join(model, 'labels.json'),
    JSON.stringify(['hair_spray', 'n01698640', 'Barn_Owl', 'dog', 'elk', 'fox', 'gnu']),
  )
  await client.models.add({ path: model })
  writeFileSync(path('b.jpg.xmp'), xmpPacket(list('dc:subject', 'Bag', 'hair_spray')))
  await scan()
  const photoIds = await Promise.all(['a.jpg', 'b.jpg'].map(photoId))
  for (const name of ['hair_spray', 'n01698640', 'Barn_Owl', 'set_7'])
    await client.labels.confirm({ photoIds, name })
  expect(await client.keywords.write({})).toMatchObject({ written: 2, failed: 0 })
  const subjects = (name: string) =>
    [
      ...(readFileSync(path(name), 'utf8').split('</dc:subject>')[0] ?? '').matchAll(
        /<rdf:li>(.*?)<\/rdf:li>/g,
      ),
    ]
      .map(([, word]) => word)
      .toSorted()
  expect(subjects('a.jpg.xmp')).toEqual(['American alligator', 'Barn Owl', 'hair spray', 'set_7'])
  expect(subjects('b.jpg.xmp')).toEqual(['American alligator', 'Barn Owl', 'hair_spray', 'set_7'])
  await scan()
  expect(await client.keywords.write({})).toMatchObject({ written: 0, unchanged: 2 })
  await client.labels.clear({ photoIds, name: 'hair_spray' })
  await client.keywords.write({})
  expect(subjects('a.jpg.xmp')).toEqual(['American alligator', 'Barn Owl', 'set_7'])
})

test('a stopped write keeps what it wrote, which the library knows, as one step, and a later one writes the rest', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `${String(index).padStart(2, '0')}.jpg`)
  const { folder, client, core, scan } = await library(...names)
  await scan()
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 50 })
  await client.labels.confirm({ photoIds: cards.flatMap(({ photoId }) => photoId ?? []), name: 'walk' })
  core.events.subscribe('keywords.progress', ({ taskId }) => void client.keywords.cancel({ taskId }))
  const report = await client.keywords.write({ target: 'sidecar', autoAbove: null, taskId: 'one' })
  expect(report).toMatchObject({ isCancelled: true, failed: 0 })
  expect(report.written).toBeLessThan(50)
  const sidecars = () => readdirSync(folder).filter((name) => name.endsWith('.xmp'))
  expect(sidecars()).toHaveLength(report.written)
  const known = await client.browse.filesAt({ paths: sidecars().map((name) => join(folder, name)) })
  expect(known.fileIds).not.toContain(null)
  expect((await client.history.state({})).undo).toMatchObject({
    kind: 'write-keywords',
    photos: report.written,
  })
  expect(await client.keywords.write({ target: 'sidecar', autoAbove: null })).toMatchObject({
    written: 50 - report.written,
    isCancelled: false,
  })
})
