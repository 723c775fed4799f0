// How columns share a row: what goes where there is no room, and what becomes of widths that the user has set.
import { expect, test } from 'vitest'
import { tableColumnsIn, type TableColumn } from '../../../renderer/src/grid/table-columns.ts'

const columnsOf = (
  rowPx: number,
  widthsPx: Partial<Record<TableColumn, number>> = {},
  hidden: TableColumn[] = [],
) => tableColumnsIn(rowPx, false, { widthsPx, hidden })

test('a narrow row has no folders, then no stars, until other columns are hidden', () => {
  expect(columnsOf(700).withoutRoom).toEqual([])
  expect(columnsOf(600).withoutRoom).toEqual(['folder'])
  expect(columnsOf(500).withoutRoom).toEqual(['rating', 'folder'])
  expect(columnsOf(560, {}, ['date']).shown).toEqual([
    'picture',
    'name',
    'label',
    'score',
    'rating',
    'folder',
  ])
})

test('a width that was set is kept while it fits, and shrinks to the least with the row', () => {
  expect(columnsOf(1000, { name: 300 }).template.split(' ')[1]).toBe('300px')
  const shrunk = columnsOf(700, { name: 400 })
  const namePx = Number(/ (\d+)px /.exec(shrunk.template)?.[1])
  expect(namePx).toBeLessThan(400)
  expect(namePx).toBe(shrunk.mostPx('name'))
})

test('where every width is set the last column takes what is left', () => {
  const all = { name: 100, label: 100, folder: 100 }
  expect(columnsOf(1200, all).template).toMatch(/minmax\(60px, 1fr\)$/)
})

test('a column can be made as wide as the others leave room, at their widths or their least', () => {
  const free = columnsOf(1000).mostPx('name')
  expect(columnsOf(1000, { label: 200 }).mostPx('name')).toBe(free - 140)
})
