// Asking about photos through a real core and worker; the models are seeded, so what they say means nothing.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { writePhoto } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeSeededAnswers, writeSeededVilt } from '../../models/vilt/seeded-vilt.ts'

const writeMatch = () => writeSeededVilt(path.join(tempFolder(), 'match'), 'ViltForImageAndTextRetrieval')

/** Three photos in the library, and these models. */
async function openWithPhotos(models: readonly string[]) {
  const folder = tempFolder()
  const photos = path.join(folder, 'photos')
  const files = await Promise.all([1, 2, 3].map((n) => writePhoto(path.join(photos, `${n}.jpg`), n)))
  const { client, label } = openTestCore(folder)
  for (const model of models) await client.models.add({ path: model })
  await client.library.scan({ folders: [photos] })
  const found = await Promise.all(files.map((file) => client.photos.find({ path: file })))
  return { photos, client, label, ids: found.map(({ photoId }) => photoId) }
}

test('the scores of sentences are shares of 1 in their order; the logit does not depend on what else is asked', async () => {
  const { client, ids } = await openWithPhotos([await writeMatch()])
  const sentences = ['a cats', 'how many', 'a ?', 'many a cats how']
  const together = await client.questions.match({ photoIds: ids, sentences })
  expect(together.modelName).toBe('match')
  for (const [n, photo] of together.photos.entries()) {
    if (!photo.ok) throw new Error('the photo was not scored')
    expect(photo.scores.map(({ text }) => text)).toEqual(sentences)
    expect(photo.scores.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 5)
    const photoIds = ids.slice(n, n + 1)
    const alone = await client.questions.match({ photoIds, sentences: sentences.slice(1, 2) })
    const [one] = alone.photos
    expect(one?.ok === true ? one.scores[0]?.logit : null).toBeCloseTo(photo.scores[1]?.logit ?? NaN, 4)
  }
})

test('questions are answered, the best answer first, and each score stands for itself', async () => {
  const { client, ids } = await openWithPhotos([await writeSeededAnswers(tempFolder())])
  const reply = await client.questions.ask({ photoIds: ids, question: 'how many cats?', topK: 7 })
  expect(reply.task).toBe('answers')
  for (const photo of reply.photos) {
    const scores = photo.ok ? photo.scores.map(({ score }) => score) : []
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(scores).toHaveLength(7)
    expect(scores.reduce((sum, score) => sum + score, 0)).not.toBeCloseTo(1, 2)
    for (const { score, logit } of photo.ok ? photo.scores : [])
      expect(score).toBeCloseTo(1 / (1 + Math.exp(-logit)), 5)
  }
})

test('where the model looked for a question is a value for each patch of the whole photo', async () => {
  const { client, ids } = await openWithPhotos([await writeSeededAnswers(tempFolder())])
  const [photoId] = ids
  if (photoId === undefined) throw new Error('no photo')
  const explained = await client.questions.explain({ photoId, question: 'how many cats?' })
  // 33 x 33 px become 96 x 96, with patches of 8 px.
  expect(explained).toMatchObject({
    ...{ gridWidth: 12, gridHeight: 12 },
    crop: { left: 0, top: 0, width: 1, height: 1 },
  })
  expect(explained.values).toHaveLength(144)
  expect(Math.max(...explained.values)).toBe(1)
})

test('a sentence about two photos is judged False or True, and needs two', async () => {
  const model = await writeSeededVilt(tempFolder(), 'ViltForImagesAndTextClassification', {
    id2label: { 0: 'False', 1: 'True' },
  })
  const { client, ids } = await openWithPhotos([model])
  const [first, second] = ids
  if (first === undefined || second === undefined) throw new Error('no photos')
  const ask = (photoIds: typeof ids) => client.questions.ask({ photoIds, question: 'a cat' })
  const { photos, task } = await ask([first, second])
  expect(task).toBe('pairs')
  expect(photos.map((photo) => (photo.ok ? photo.scores.map(({ text }) => text).toSorted() : null))).toEqual([
    ['False', 'True'],
  ])
  await expect(ask([first])).rejects.toThrow(/compares two photos/)
})

test('a damaged photo ends with a reason, and the others are answered', async () => {
  const { client, photos, ids } = await openWithPhotos([await writeMatch()])
  await writeFile(path.join(photos, '3.jpg'), Buffer.from('no photo any more'))
  const { photos: results } = await client.questions.match({ photoIds: ids, sentences: ['a cats'] })
  expect(results.map(({ ok }) => ok)).toEqual([true, true, false])
})

test('without a model, with one for labels, and with one for the other task the remedy is named', async () => {
  const { client, ids } = await openWithPhotos([])
  await expect(client.questions.ask({ photoIds: ids, question: 'what?' })).rejects.toThrow(
    /models add vilt-vqa/,
  )
  await client.models.add({ path: await writeMatch() })
  await expect(client.questions.ask({ photoIds: ids, question: 'what?', model: 'match' })).rejects.toThrow(
    /use labelroom match/,
  )
  await expect(client.questions.ask({ photoIds: ids, question: 'what?', model: 'nothing' })).rejects.toThrow(
    /no model nothing/,
  )
})

test('a ViLT labels nothing: a job with it is refused, and it is never the best model', async () => {
  const { client, label, photos } = await openWithPhotos([await writeMatch()])
  await expect(label({ folders: [photos], model: 'match' })).rejects.toThrow(/not for labelling/)
  await expect(client.models.best({})).rejects.toThrow(/no model yet/)
})
