// Keywords that are written as the user labels, beside other programs and after failures: no word of theirs is lost, none of ours left.
import { chmodSync, copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { list, xmpPacket } from '../../helpers/metadata-bytes.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

/** A library with one photo, a.jpg, that follows its labels when it is told to. */
async function library() {
  const folder = tempFolder()
  const path = (name: string) => join(folder, name)
  await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } })
    .jpeg()
    .toFile(path('a.jpg'))
  const { client } = openTestCore(tempFolder())
  const scan = () => client.library.scan({ folders: [folder] })
  await scan()
  await client.settings.set({ keywordWriting: { target: 'sidecar', autoAbove: null, isAutomatic: true } })
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 1 })
  return {
    ...{ path, client, scan },
    photoIds: cards.flatMap(({ photoId }) => photoId ?? []),
    follow: () => client.keywords.writePending({ taskId: null }),
    /** The words of a sidecar; null where there is none. */
    words: (name: string) =>
      existsSync(path(name))
        ? [
            ...new Set(
              [...readFileSync(path(name), 'utf8').matchAll(/<rdf:li>(.*?)<\/rdf:li>/g)].map(
                ([, word]) => word,
              ),
            ),
          ].toSorted()
        : null,
    /** A sidecar of another program. */
    theirs: (name: string, ...words: string[]) => {
      writeFileSync(path(name), xmpPacket(list('dc:subject', 'Bag', ...words)))
    },
  }
}

test('a label that is undone while its file cannot be written goes out of it once it can be', async () => {
  const { path, client, photoIds, follow, words } = await library()
  await client.labels.confirm({ photoIds, name: 'owl' })
  await follow()
  chmodSync(path('a.jpg.xmp'), 0o444)
  await client.history.undo({})
  expect(await follow()).toMatchObject({ failed: 1 })
  expect(words('a.jpg.xmp')).toEqual(['owl'])
  chmodSync(path('a.jpg.xmp'), 0o644)
  expect(await follow()).toMatchObject({ failed: 0, written: 1 })
  expect(words('a.jpg.xmp')).toBeNull()
})

test("a file's own word comes back after the undo, also where writing failed the first time", async () => {
  const { path, client, photoIds, scan, follow, theirs, words } = await library()
  theirs('a.jpg.xmp', 'owl', 'sea')
  await scan()
  await client.labels.confirm({ photoIds, name: 'owl' })
  await follow()
  await client.labels.clear({ photoIds, name: 'owl' })
  await follow()
  expect(words('a.jpg.xmp')).toEqual(['sea'])
  chmodSync(path('a.jpg.xmp'), 0o444)
  await client.history.undo({})
  await client.history.undo({})
  expect(await follow()).toMatchObject({ failed: 1 })
  chmodSync(path('a.jpg.xmp'), 0o644)
  await follow()
  expect(words('a.jpg.xmp')).toEqual(['owl', 'sea'])
})

test('of two copies of a photo the one that had the word itself keeps it when the label is undone', async () => {
  const { path, client, photoIds, scan, follow, theirs, words } = await library()
  copyFileSync(path('a.jpg'), path('b.jpg'))
  theirs('b.jpg.xmp', 'owl', 'sea')
  await scan()
  await client.labels.confirm({ photoIds, name: 'owl' })
  await follow()
  expect(words('a.jpg.xmp')).toEqual(['owl'])
  await client.history.undo({})
  await follow()
  expect([words('a.jpg.xmp'), words('b.jpg.xmp')]).toEqual([null, ['owl', 'sea']])
})

test('a word that another program wrote since the last scan stays when the same label is undone', async () => {
  const { client, photoIds, scan, follow, theirs, words } = await library()
  theirs('a.jpg.xmp', 'sea')
  await scan()
  theirs('a.jpg.xmp', 'sea', 'owl')
  await client.labels.confirm({ photoIds, name: 'owl' })
  await follow()
  await client.history.undo({})
  await follow()
  expect(words('a.jpg.xmp')).toEqual(['owl', 'sea'])
})

test('a word that another program gives again after it was taken away here stays, until it is taken away here again', async () => {
  const { client, photoIds, scan, follow, theirs, words } = await library()
  theirs('a.jpg.xmp', 'owl', 'sea')
  await scan()
  await client.labels.confirm({ photoIds, name: 'owl' })
  await follow()
  await client.labels.clear({ photoIds, name: 'owl' })
  await follow()
  expect(words('a.jpg.xmp')).toEqual(['sea'])
  theirs('a.jpg.xmp', 'owl', 'sea')
  await client.labels.confirm({ photoIds, name: 'cat' })
  await follow()
  expect(words('a.jpg.xmp')).toEqual(['cat', 'owl', 'sea'])
  await client.labels.confirm({ photoIds, name: 'owl' })
  await follow()
  await client.labels.clear({ photoIds, name: 'owl' })
  await follow()
  expect(words('a.jpg.xmp')).toEqual(['cat', 'sea'])
})

test('a photo that was renamed outside gets no sidecar at its old place, and waits for its new one', async () => {
  const { path, client, photoIds, scan, follow, words } = await library()
  renameSync(path('a.jpg'), path('b.jpg'))
  await client.labels.confirm({ photoIds, name: 'owl' })
  expect(await follow()).toMatchObject({ failed: 1 })
  expect(words('a.jpg.xmp')).toBeNull()
  await scan()
  expect(await follow()).toMatchObject({ failed: 0 })
  expect([words('a.jpg.xmp'), words('b.jpg.xmp')]).toEqual([null, ['owl']])
})

test('a sidecar that was deleted outside is written anew without a scan', async () => {
  const { path, client, photoIds, follow, words } = await library()
  await client.labels.confirm({ photoIds, name: 'owl' })
  await follow()
  rmSync(path('a.jpg.xmp'))
  await client.labels.confirm({ photoIds, name: 'cat' })
  await follow()
  await follow()
  expect(words('a.jpg.xmp')).toEqual(['cat', 'owl'])
})
