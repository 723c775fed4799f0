// Which labelled photos are kept aside to test a head: some of every class that has enough.
import path from 'node:path'
import { expect, test } from 'vitest'
import { openTestCore } from '../../../helpers/core.ts'
import { writePhotos } from '../../../helpers/photos.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../../helpers/tiny-model.ts'

test('every class with three photos or more is tested and trained, and classes can be left out', async () => {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 36)
  const { client, label } = openTestCore(home)
  await label({ folders: [photos], model: await writeTinyModel(path.join(home, 'tiny')) })
  const files = await client.photos.list({ folder: photos, limit: 100 })
  const ids = files.flatMap(({ photoId }) => photoId ?? [])
  const names = Array.from({ length: 12 }, (_, at) => `class ${String(at).padStart(2, '0')}`)
  for (const [at, name] of names.entries())
    await client.labels.confirm({ photoIds: ids.slice(3 * at, 3 * at + 3), name })
  const { head, ...said } = await client.heads.train({ mode: 'single' })
  expect(await client.heads.result({ id: head.id })).toEqual(said)
  expect(head.evaluation).toBe('held-out')
  const tested = head.metrics?.perClass.map(({ examples }) => examples) ?? []
  expect(tested).toHaveLength(12)
  for (const examples of tested) expect([1, 2]).toContain(examples)
  expect(head.trainedOn + (head.metrics?.photos ?? 0)).toBe(36)

  const some = await client.heads.train({ mode: 'single', classes: names.slice(0, 2) })
  expect(some.head.classes).toEqual(names.slice(0, 2))
  expect((await client.review.curve({ mode: 'single', classes: names.slice(0, 2) })).points).toEqual([])
})
