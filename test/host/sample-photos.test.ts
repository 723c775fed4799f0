// The sample photos in the data folder.
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { samplePhotos } from '../../electron/host/sample-photos.ts'
import { useUpQuota } from '../helpers/quota.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

test('asked for several times at once, they are copied once', async () => {
  const folder = tempFolder()
  const asked = await Promise.all([1, 2, 3].map(() => samplePhotos(folder)))
  expect(asked).toEqual(Array(3).fill(`${folder}/samples`))
  expect(readdirSync(folder).toSorted()).toEqual(['sample-photos.md', 'samples'])
})

test('a quota that is used up is a full disk, and no half copy stays', async () => {
  const folder = tempFolder()
  await useUpQuota()
  await expect(samplePhotos(folder)).rejects.toMatchObject({ code: 'disk-full' })
  expect(readdirSync(folder)).toEqual([])
})
