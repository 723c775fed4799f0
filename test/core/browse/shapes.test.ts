// What a page needs to lay out a view: the shapes of its photos, and where another month begins.
import { expect, test } from 'vitest'
import type { MonthRun } from '../../../electron/contract/browse.ts'
import { openTestLibrary } from './helpers.ts'

const byName = { filter: {}, sort: {} } as const

test('returns the ratio of each photo of a range as displayed, and 0 while none is known', async () => {
  const library = openTestLibrary()
  const [wide = 0, tall = 0] = library.addFiles({ '1.jpg': {}, '2.jpg': {}, '3.jpg': {} })
  const { viewId } = await library.client.browse.open(byName)
  const ratios = async (from: number, to: number) =>
    (await library.client.browse.ratios({ viewId, from, to })).ratios
  const [coded = 0] = await ratios(0, 1)
  expect(await ratios(0, 3)).toEqual([coded, coded, coded])
  library.store.photos.noteSeen(wide as never, { widthPx: 4000, heightPx: 3000, takenAtMs: null })
  library.store.photos.noteSeen(tall as never, { widthPx: 2000, heightPx: 3000, takenAtMs: null })
  expect(await ratios(0, 3)).toEqual([1333, 667, coded])
  expect(await ratios(1, 2)).toEqual([667])
  expect(await ratios(2, 90)).toEqual([coded])
  expect(await ratios(2, 1)).toEqual([])
})

test('opens a view with the shapes of its first photos and its months, where they are asked for', async () => {
  const library = openTestLibrary()
  const [first = 0] = library.addFiles({ 'a.jpg': {}, 'b.jpg': {}, 'c.jpg': {} })
  library.store.photos.noteSeen(first as never, { widthPx: 4000, heightPx: 3000, takenAtMs: null })
  const { browse } = library.client
  const sort = { by: 'date' } as const
  expect(await browse.open({ filter: {}, sort })).toMatchObject({ ratios: [], months: [] })
  const opened = await browse.open({ filter: {}, sort, firstRatios: 2, hasMonths: true })
  const { ratios } = await browse.ratios({ viewId: opened.viewId, from: 0, to: 2 })
  expect(opened.ratios).toEqual(ratios)
  expect(ratios).toContain(1333)
  expect(opened.months).toEqual((await browse.months({ viewId: opened.viewId })).months)
  expect(opened.months).toHaveLength(1)
})

test('returns where each month of a view begins, either way round', async () => {
  const library = openTestLibrary()
  const at = (year: number, month: number, day: number) => new Date(year, month - 1, day).getTime()
  library.addFiles({
    'a.jpg': { modifiedAtMs: at(2024, 2, 29) },
    'b.jpg': { modifiedAtMs: at(2024, 2, 1) },
    'c.jpg': { modifiedAtMs: at(2024, 3, 1) },
    'd.jpg': { modifiedAtMs: at(2025, 2, 1) },
    'e.jpg': { modifiedAtMs: at(2024, 3, 31) + 86_399_999 },
  })
  const months = async (isDescending: boolean): Promise<MonthRun[]> => {
    const { viewId } = await library.client.browse.open({ filter: {}, sort: { by: 'date', isDescending } })
    return (await library.client.browse.months({ viewId })).months
  }
  expect(await months(false)).toEqual([
    { from: 0, year: 2024, month: 2 },
    { from: 2, year: 2024, month: 3 },
    { from: 4, year: 2025, month: 2 },
  ])
  expect((await months(true)).map(({ from, month }) => [from, month])).toEqual([
    [0, 2],
    [1, 3],
    [3, 2],
  ])
})

test('takes dates apart at the ends of what JavaScript knows', async () => {
  const library = openTestLibrary()
  library.addFiles({ 'a.jpg': { modifiedAtMs: -8.64e15 }, 'b.jpg': { modifiedAtMs: 8.64e15 } })
  const { viewId } = await library.client.browse.open({ filter: {}, sort: { by: 'date' } })
  const { months } = await library.client.browse.months({ viewId })
  expect(months.map(({ from }) => from)).toEqual([0, 1])
})

test('fails for a view that is not kept', async () => {
  const { browse } = openTestLibrary().client
  await expect(browse.ratios({ viewId: 'gone', from: 0, to: 1 })).rejects.toMatchObject({ code: 'not-found' })
  await expect(browse.months({ viewId: 'gone' })).rejects.toMatchObject({ code: 'not-found' })
})
