// Words and pictures through the calls of a page, with the trained toy models and shapes that no training has shown.
import path from 'node:path'
import { expect, test } from 'vitest'
import { createClient } from '../../../electron/core/client.ts'
import type { WireReply } from '../../../electron/contract/transport.ts'
import { labelThroughCore } from '../../browser/support/label.ts'
import { startTestHost } from '../../helpers/http-host.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { heldOut, nameOf, writeDrawings } from '../../toy-models/draw.ts'
import { toyModels } from '../../toy-models/models.ts'

test('a page labels by words, finds by a sentence, matches and asks', async () => {
  const root = tempFolder()
  const photos = path.join(root, 'photos')
  const written = await writeDrawings(photos, heldOut, 2)
  const host = await startTestHost((slot) => slot, [root, path.dirname(toyModels.clip)])
  const headers = await host.logIn()
  const client = createClient({
    request: async ({ method, input }) =>
      JSON.parse((await host.call(headers, method, input)).body) as WireReply,
    subscribe: () => () => undefined,
  })
  for (const model of [toyModels.match, toyModels.answers]) await client.models.add({ path: model })
  expect((await labelThroughCore(client, { folders: [photos], model: toyModels.clip })).state).toBe('done')

  const { head } = await client.words.createHead({ words: heldOut.map(nameOf) })
  await client.heads.promote({ id: head.id })
  const listed = await client.photos.list({ folder: photos, limit: 100 })
  const right = listed.filter(
    ({ path: file, labels }) => labels[0]?.name === path.basename(path.dirname(file)),
  )
  // One of sixteen may be wrong; chance is one in eight.
  expect(right.length).toBeGreaterThanOrEqual(15)

  const [pink] = await client.words.find({ text: 'a photo of a pink triangle.', limit: 1 })
  expect(pink?.path).toContain('pink triangle')
  const [first] = written.filter(({ drawn }) => nameOf(drawn) === 'pink triangle')
  const { photoId } = await client.photos.find({ path: first?.file ?? '' })
  const sentences = ['a pink triangle', 'a pink circle', 'a blue triangle', 'a pink star']
  const matched = await client.questions.match({ photoIds: [photoId], sentences })
  const scores = matched.photos.flatMap((photo) => (photo.ok ? photo.scores : []))
  expect(scores.toSorted((a, b) => b.score - a.score)[0]?.text).toBe('a pink triangle')
  const asked = await client.questions.ask({ photoIds: [photoId], question: 'what shape is it?', topK: 1 })
  expect(asked.photos).toMatchObject([{ ok: true, scores: [{ text: 'triangle' }] }])
})
