// How scores and dates are spread among the files that a filter lets through.
import { utimes } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { PhotoFilter } from '../../../electron/contract/browse.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhoto } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

async function writeDated(file: string, number: number, date: Date): Promise<void> {
  await utimes(await writePhoto(file, number), date, date)
}

test('bars of scores and dates hold as many files as filters by their bounds let through', async () => {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  const days = ['2024-01-31', '2024-02-01', '2024-02-01', '2024-04-30', '2024-12-31']
  for (const [at, day] of days.entries())
    await writeDated(path.join(photos, `${at}.jpg`), at, new Date(`${day}T12:00:00`))
  const { client, label } = openTestCore(home)
  await label({ folders: [photos], model: await writeTinyModel(path.join(home, 'tiny')) })
  const count = async (filter: Partial<PhotoFilter>) =>
    (await client.browse.open({ filter: PhotoFilter.parse(filter), sort: {} })).total

  const { scores, dates } = await client.browse.histograms({ filter: {} })
  expect(scores.reduce((sum, files) => sum + files)).toBe(5)
  for (const [bin, files] of scores.entries())
    expect(await count({ minScore: bin / 20, maxScore: (bin + 1) / 20 - 1e-9 })).toBe(files)
  // By month: 335 days are too many bars.
  expect(dates.map(({ files }) => files)).toEqual([1, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
  for (const { fromMs, toMs, files } of dates) expect(await count({ fromMs, toMs })).toBe(files)

  // Its own bounds are left aside, those of the other are not.
  const [first] = dates
  const narrowed = await client.browse.histograms({
    filter: { fromMs: first?.fromMs ?? 0, toMs: first?.toMs ?? 0 },
  })
  expect(narrowed.dates).toEqual(dates)
  expect(narrowed.scores.reduce((sum, files) => sum + files)).toBe(1)
})

test('a library without photos has no bars, and the wrong clock of a camera does not hide a year of photos', async () => {
  const home = tempFolder()
  const { client } = openTestCore(home)
  expect((await client.browse.histograms({ filter: {} })).dates).toEqual([])
  const photos = path.join(home, 'photos')
  for (const [at, year] of [1900, 2021, 2022].entries())
    await writeDated(path.join(photos, `${at}.jpg`), at, new Date(year, 5))
  await client.library.scan({ folders: [photos] })
  const { dates } = await client.browse.histograms({ filter: {} })
  expect(dates.map(({ files }) => files)).toEqual([1, 1, 1])
})
