// Ids of files at indexes of a view: the newest request counts, and `settled` waits for it.
import { expect, test } from 'vitest'
import type { FileId } from '../../../electron/contract/domain.ts'
import { IdRangeLoader, type Ids } from '../../../renderer/src/grid/id-range-loader.ts'

const idsOf = (from: number, to: number): Ids => {
  const fileIds = Array.from({ length: to - from }, (_, at) => (from + at) as FileId)
  return { fileIds, photoIds: fileIds.map(() => null) }
}

test('settled waits for the newest request, and a closed loader answers none', async () => {
  const asked = Promise.withResolvers<null>()
  const answers: (readonly number[])[] = []
  const onIds = ({ fileIds }: Ids) => answers.push(fileIds)
  const loader = new IdRangeLoader(async (from, to) => {
    await asked.promise
    return idsOf(from, to)
  })
  await loader.settled()
  loader.request([3, 4], onIds)
  loader.request([2, 6], onIds)
  asked.resolve(null)
  await loader.settled()
  expect(answers).toEqual([
    [3, 4],
    [2, 6],
  ])
  loader.request([9], onIds)
  loader.close()
  await loader.settled()
  expect(answers).toHaveLength(2)
})
