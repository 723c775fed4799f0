// Prints how a head of words, moved by a few examples, compares with the words alone and with the examples alone.
// usage: npm run bench:words; on the toy CLIP, for pictures as it knows them and for noisy ones, five draws of examples each
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import type { HeadId } from '../../electron/contract/heads.ts'
import { scoreRows } from '../../electron/core/learning/algorithms/apply-head.ts'
import { fitHead, type FittedHead } from '../../electron/core/learning/algorithms/fit-head.ts'
import { createRandom, shuffle } from '../../electron/core/learning/algorithms/random.ts'
import { takeRows } from '../../electron/core/learning/algorithms/split.ts'
import type { WordsPrior } from '../../electron/core/learning/algorithms/words-head.ts'
import { findHead, loadHead } from '../../electron/core/learning/tasks/stored-head.ts'
import { openStore } from '../../electron/core/store/db.ts'
import { accuracyOf, type Examples } from '../helpers/cifar10.ts'
import { runCli } from '../helpers/cli.ts'
import { oneHot } from '../helpers/one-hot.ts'
import { allDrawn, heldOut, nameOf, shapeNames, writeDrawings } from '../toy-models/draw.ts'
import { toyModels } from '../toy-models/models.ts'
import { loadEmbeddings } from '../helpers/load-embeddings.ts'

/** Of each colour the shape that training never showed in it, and the one after that. */
const drawn = [
  ...heldOut,
  ...heldOut.map((one) => ({
    colour: one.colour,
    shape: shapeNames[(shapeNames.indexOf(one.shape) + 1) % shapeNames.length] ?? one.shape,
  })),
]
const classNames = drawn.map(nameOf)
const picturesEach = 40
/** The first ones of each class are examples, the others are measured on. */
const examplesEach = 20
const seeds = [0, 1, 2, 3, 4]

interface World {
  readonly all: Examples
  readonly prior: WordsPrior
}

/** Embeds the pictures and the words by the commands of the product. */
async function embed(home: string, noise: number, words: readonly string[]): Promise<World> {
  const photos = path.join(home, 'photos')
  const written = await writeDrawings(photos, drawn, picturesEach)
  const random = createRandom(1)
  for (const { file } of noise > 0 ? written : []) {
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true })
    const noisy = data.map((value) => Math.min(255, Math.max(0, value + noise * (random() - 0.5))))
    await sharp(noisy, { raw: { width: info.width, height: info.height, channels: 3 } })
      .png()
      .toFile(file)
  }
  for (const args of [
    ['label', photos, '--model', toyModels.clip, '--device', 'cpu', '--threads', '1'],
    ['words', words.join(','), '--alone'],
  ]) {
    const { code, stderr } = await runCli(args, home)
    if (code !== 0) throw new Error(stderr)
  }
  const store = openStore({ file: path.join(home, 'library.db') })
  const { head } = loadHead(store, findHead(store, 1 as HeadId))
  const variantId = store.models.lastUsed(null)
  if (variantId === null || !('weights' in head)) throw new Error('there is no head of words')
  const { photoIds, dim, values } = loadEmbeddings(store, variantId)
  const places = store.files.photoPaths()
  store.close()
  const labels = photoIds.map((id) => classNames.indexOf(path.basename(path.dirname(places.get(id) ?? ''))))
  // The rows of a head of words have the length of the model's scale.
  const logitScale = Math.hypot(...head.weights.subarray(0, dim))
  const weights = head.weights.map((value) => value / logitScale)
  const prior = { weights, classes: head.classes, dim, logitScale, logitBias: head.bias[0] ?? 0 }
  return { all: { matrix: { rows: photoIds.length, dim, values }, labels }, prior }
}

/** Shares that are right on the pictures that are no examples: words and examples together, and examples alone. */
function tryOnce({ all, prior }: World, perClass: number, seed: number): { mixed: number; alone: number } {
  const rows = (wanted: (place: number) => boolean) =>
    classNames.flatMap((_, c) =>
      [...all.labels.keys()].filter((row) => all.labels[row] === c).filter((_row, place) => wanted(place)),
    )
  const pool = shuffle(
    rows((place) => place < examplesEach),
    createRandom(seed),
  )
  const chosen = classNames.flatMap((_, c) => pool.filter((row) => all.labels[row] === c).slice(0, perClass))
  const measured = rows((place) => place >= examplesEach)
  const truths = measured.map((row) => all.labels[row] ?? 0)
  const targets = oneHot(
    chosen.map((row) => all.labels[row] ?? 0),
    classNames.length,
  )
  const score = ({ head }: FittedHead) =>
    accuracyOf(scoreRows(head, takeRows(all.matrix, measured)), truths, classNames.length)
  const examples = takeRows(all.matrix, chosen)
  return {
    mixed: score(fitHead(examples, targets, { seed, prior })),
    alone: perClass === 0 ? 1 / classNames.length : score(fitHead(examples, targets, { seed })),
  }
}

const spread = (values: readonly number[]): string => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return `${(100 * mean).toFixed(1)} (${(100 * Math.min(...values)).toFixed(1)} to ${(100 * Math.max(...values)).toFixed(1)})`
}

console.log(`${classNames.length} of ${allDrawn.length} combinations; mean of five draws in %, least to most`)
/** Each word fits two of the classes: "red" that of the red star and that of the red cross. */
const vague = drawn.map(({ colour, shape }, i) => (i < heldOut.length ? colour : shape))
for (const [what, noise, words] of [
  ['as drawn', 0, classNames],
  ['much noise', 1000, classNames],
  ['vague words', 0, vague],
] as const) {
  const home = await mkdtemp(path.join(tmpdir(), 'labelroom-words-'))
  try {
    const world = await embed(home, noise, words)
    for (const perClass of [0, 1, 3, 10]) {
      const trials = seeds.map((seed) => tryOnce(world, perClass, seed))
      const [mixed, alone] = [trials.map(({ mixed }) => mixed), trials.map(({ alone }) => alone)]
      console.log(
        `${what}, ${perClass} a class: words and examples ${spread(mixed)}, examples alone ${spread(alone)}`,
      )
    }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
