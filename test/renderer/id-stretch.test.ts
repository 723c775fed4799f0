// Numbers of files at places of a list: the newest wish counts, and one knows when it is met.
import { expect, test } from 'vitest'
import type { FileId } from '../../electron/contract/browse.ts'
import { IdStretch, type Ids } from '../../renderer/src/grid/id-stretch.ts'

const idsOf = (from: number, to: number): Ids => {
  const fileIds = Array.from({ length: to - from }, (_, at) => (from + at) as FileId)
  return { fileIds, photoIds: fileIds.map(() => null) }
}

test('settled waits for the newest wish, and a closed stretch gives nothing', async () => {
  const asked = Promise.withResolvers<null>()
  const given: (readonly number[])[] = []
  const give = ({ fileIds }: Ids) => given.push(fileIds)
  const stretch = new IdStretch(async (from, to) => {
    await asked.promise
    return idsOf(from, to)
  })
  await stretch.settled()
  stretch.want([3, 4], give)
  stretch.want([2, 6], give)
  asked.resolve(null)
  await stretch.settled()
  expect(given).toEqual([
    [3, 4],
    [2, 6],
  ])
  stretch.want([9], give)
  stretch.close()
  await stretch.settled()
  expect(given).toHaveLength(2)
})
