// The first rows of an export as the dialog previews them.
import { expect, test } from 'vitest'
import { previewTable, readCsv } from '../../../renderer/src/features/exports/preview-rows.ts'

test('quoted cells keep commas, quotes and line ends', () => {
  expect(readCsv('a,b\r\n"x, ""y""","line\nend"\r\n,last', 9)).toEqual([
    ['a', 'b'],
    ['x, "y"', 'line\nend'],
    ['', 'last'],
  ])
})

test('the preview ends after the rows that show', () => {
  const table = previewTable('h\r\n1\r\n2\r\n3\r\n', 'long', 2, [])
  expect(table).toEqual({ header: ['h'], rows: [['1'], ['2']] })
})

test('JSON lines are previewed as rows', () => {
  const line = { file_name: 'a.jpg', status: 'labelled', labels: [{ label: 'cat' }, { label: 'pet' }] }
  expect(previewTable(`${JSON.stringify(line)}\n`, 'jsonl', 8, ['f', 's', 'l'])).toEqual({
    header: ['f', 's', 'l'],
    rows: [['a.jpg', 'labelled', 'cat, pet']],
  })
})
