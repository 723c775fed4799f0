// The table of `labelroom ask` and `match`: rows are in the file when they are there, not at the end of hours of passes.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { withTable } from '../../electron/cli/asked-table.ts'
import { openTestCore } from '../helpers/core.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

const columns = ['path', 'score']

test('a row is in the file before the next one is there, and stays when that one fails', async () => {
  const folder = tempFolder()
  const { client } = openTestCore(folder)
  const csv = path.join(folder, 'rows.csv')
  const seen: string[] = []
  const filling = withTable(
    client,
    columns,
    { csv, overwrite: false, spreadsheetSafe: false },
    async (add) => {
      add('a, b.jpg', '1')
      seen.push(await readFile(csv, 'utf8'))
      throw new Error('the model is gone')
    },
  )
  await expect(filling).rejects.toThrow('the model is gone')
  expect(seen).toEqual(['path,score\r\n"a, b.jpg",1\r\n'])
  expect(await readFile(csv, 'utf8')).toBe(seen[0])
})

test('a file of others is refused before anything is asked, and replaced whole when that is wanted', async () => {
  const folder = tempFolder()
  const { client } = openTestCore(folder)
  const csv = path.join(folder, 'mine.csv')
  await writeFile(csv, 'mine '.repeat(100))
  const fill = (overwrite: boolean) =>
    withTable(client, columns, { csv, overwrite, spreadsheetSafe: false }, (add) => {
      add('x.jpg', '2')
      return Promise.resolve()
    })
  await expect(fill(false)).rejects.toThrow(/mine\.csv exists/)
  expect(await readFile(csv, 'utf8')).toBe('mine '.repeat(100))
  await fill(true)
  expect(await readFile(csv, 'utf8')).toBe('path,score\r\nx.jpg,2\r\n')
})
