// Words and pictures from end to end on trained toy models: combinations of colour and shape that no training has shown.
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCliHosted } from '../helpers/cli.ts'
import { parseCsv } from '../helpers/csv.ts'
import { allDrawn, heldOut, nameOf, shapeNames, writeDrawings } from '../toy-models/draw.ts'
import { toyModels } from '../toy-models/models.ts'

const home = mkdtempSync(path.join(tmpdir(), 'labelroom-test-'))
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})
const photos = path.join(home, 'photos')
const run = async (...args: string[]) => {
  const result = await runCliHosted(args, home)
  if (result.code !== 0) throw new Error(result.stderr)
  return result.stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
}
/** What a drawing shows is the name of its folder. */
const truthOf = (file = '') => path.basename(path.dirname(file))
const accuracyOf = (rows: readonly (readonly [truth: string, said: string | undefined])[]) =>
  rows.filter(([truth, said]) => truth === said).length / rows.length
/** Of several rows a photo the one with the best score, which comes first. */
const bestOf = (rows: readonly (readonly string[])[]) => {
  const best = new Map<string, string>()
  for (const [file = '', said = ''] of rows) if (!best.has(file)) best.set(file, said)
  return [...best].map(([file, said]) => [truthOf(file), said] as const)
}

beforeAll(async () => {
  await writeDrawings(photos, heldOut, 5)
  for (const model of [toyModels.match, toyModels.answers]) await run('models', 'add', model)
  await run('label', photos, '--model', toyModels.clip, '--device', 'cpu', '--threads', '1')
}, 180_000)

test('words choose the right one of all 64 combinations for 95 % of photos of held-out ones; chance is 1.6 %', async () => {
  await run('words', allDrawn.map(nameOf).join(','), '--promote')
  const rows = await readFile(await exported('words.csv'), 'utf8')
  const said = rows
    .trim()
    .split('\r\n')
    .slice(1)
    .map((row) => row.split(','))
  const results = said.map(([file, label]) => [truthOf(file), label] as const)
  expect(results).toHaveLength(40)
  expect(accuracyOf(results)).toBeGreaterThanOrEqual(0.95)
})

test('the model merged with the words gives the scores of the head in the app', async () => {
  const merged = path.join(home, 'merged')
  await run('export', '--format', 'onnx', '--out', merged)
  const own = path.join(home, 'own.csv')
  const theirs = path.join(home, 'merged.csv')
  await run('export', photos, '--csv', own, '--top', '3')
  const device = ['--device', 'cpu', '--threads', '1']
  const library = ['--library', path.join(home, 'merged.db')]
  await run('label', photos, '--model', merged, '--csv', theirs, '--top', '3', ...device, ...library)
  const [ours, other] = await Promise.all(
    [own, theirs].map(async (file) => parseCsv(await readFile(file, 'utf8'))),
  )
  expect(ours).toHaveLength(120)
  expect(other?.map(({ file_name: name, label }) => [name, label])).toEqual(
    ours?.map(({ file_name: name, label }) => [name, label]),
  )
  const differences = ours?.map(({ score }, at) => Math.abs(Number(score) - Number(other?.[at]?.['score'])))
  // The app reads embeddings that are kept as float16.
  expect(Math.max(...(differences ?? []))).toBeLessThan(5e-4)
}, 180_000)

async function exported(name: string): Promise<string> {
  const file = path.join(home, name)
  await run('export', photos, '--csv', file, '--top', '1')
  return file
}

test('the first five photos that a sentence finds show what it says', async () => {
  const found = await Promise.all(
    heldOut.map(async (drawn) => {
      const rows = await run('find', `a photo of a ${nameOf(drawn)}`, '--limit', '5')
      return rows.map(([, file]) => [truthOf(file), nameOf(drawn)] as const)
    }),
  )
  expect(accuracyOf(found.flat())).toBeGreaterThanOrEqual(0.95)
})

test('match chooses the right one of 8 sentences with the same colour for 95 %; chance is 12.5 %', async () => {
  const results = []
  for (const drawn of heldOut) {
    const sentences = allDrawn
      .filter(({ colour }) => colour === drawn.colour)
      .map((one) => `a ${nameOf(one)}`)
    const rows = await run('match', path.join(photos, nameOf(drawn)), ...sentences)
    results.push(...bestOf(rows).map(([truth, said]) => [`a ${truth}`, said] as const))
  }
  expect(results).toHaveLength(40)
  expect(accuracyOf(results)).toBeGreaterThanOrEqual(0.95)
}, 180_000)

test('match ranks the photos of a sentence first, also where a text-image model chooses which are scored', async () => {
  for (const more of [[], ['--first', '10']]) {
    const rows = await run('match', photos, 'a yellow ring', ...more)
    expect(rows).toHaveLength(more.length === 0 ? 40 : 10)
    const first = rows.slice(0, 5).map(([file]) => truthOf(file))
    expect(first.filter((truth) => truth === 'yellow ring').length).toBeGreaterThanOrEqual(4)
  }
})

test('ask names the colour and the shape for 95 %; chance is 5.6 % among 18 answers', async () => {
  const colour = bestOf(await run('ask', photos, 'what color is the shape?', '--top', '1'))
  expect(accuracyOf(colour.map(([truth, said]) => [truth.split(' ')[0] ?? '', said]))).toBeGreaterThanOrEqual(
    0.95,
  )
  const shape = bestOf(await run('ask', photos, 'what shape is it?', '--top', '1'))
  expect(accuracyOf(shape.map(([truth, said]) => [truth.split(' ')[1] ?? '', said]))).toBeGreaterThanOrEqual(
    0.95,
  )
  expect(shapeNames).toContain(shape[0]?.[1])
})
