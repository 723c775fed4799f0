// Embeddings of 1,500 photos of CIFAR-10 by the real pipeline, and the trials that tests and scripts run on them.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { toProbabilities } from '../../electron/core/learning/algorithms/apply-head.ts'
import { predictOutOfFold } from '../../electron/core/learning/algorithms/cross-validation.ts'
import { fitHead } from '../../electron/core/learning/algorithms/fit-head.ts'
import { rankLabelIssues } from '../../electron/core/learning/algorithms/label-issues.ts'
import type { Matrix } from '../../electron/core/learning/algorithms/linear-layer.ts'
import { createRandom, shuffle } from '../../electron/core/learning/algorithms/random.ts'
import { takeRows } from '../../electron/core/learning/algorithms/split.ts'
import { oneHot } from './one-hot.ts'
import { openStore } from '../../electron/core/store/db.ts'
import { runCli } from './cli.ts'
import { sharedFiles } from './shared-files.ts'
import { loadEmbeddings } from './load-embeddings.ts'

export interface Examples {
  readonly matrix: Matrix
  /** Class index of each row. */
  readonly labels: readonly number[]
}

export interface Cifar10 {
  readonly classNames: readonly string[]
  /** 100 for each class. */
  readonly train: Examples
  /** 50 for each class. */
  readonly test: Examples
}

const classNames = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']
const sizes = { test: 500, train: 1000 } as const
const dim = 192

/** What test/scripts/write-cifar10.ts writes, as float16: the test photos, then the train photos. */
const storedFile = new URL('cifar10-embeddings.f16', import.meta.url)

export interface Embedded {
  /** Absolute, in their order. */
  readonly paths: readonly string[]
  /** A row for each path. */
  readonly matrix: Matrix
}

/** Labels a folder with the ViT-Ti into a library in `home`; some 30 photos in a second of one core. */
export async function embedPhotos(folder: string, home: string): Promise<Embedded> {
  const { code, stderr } = await runCli(
    ['label', folder, '--model', sharedFiles.vitTiny, '--device', 'cpu'],
    home,
  )
  if (code !== 0) throw new Error(stderr)
  const store = openStore({ file: path.join(home, 'library.db') })
  const variantId = store.models.lastUsed(null)
  if (variantId === null) throw new Error('nothing was labelled')
  const { photoIds, dim, values } = loadEmbeddings(store, variantId)
  const places = store.files.photoPaths()
  store.close()
  const paths = photoIds.map((photoId) => places.get(photoId) ?? '')
  const order = [...paths.keys()].sort((a, b) => ((paths[a] ?? '') < (paths[b] ?? '') ? -1 : 1))
  return {
    paths: order.map((row) => paths[row] ?? ''),
    matrix: takeRows({ rows: paths.length, dim, values }, order),
  }
}

/** The embeddings of the 1,500 photos by the real pipeline: a minute of one core. */
export async function embedCifar10(home: string): Promise<Cifar10> {
  return splitRows((await embedPhotos(sharedFiles.cifar10, home)).matrix)
}

/** The same as it is stored: no test of learning has to wait for inference. */
export async function readCifar10(): Promise<Cifar10> {
  const { buffer, byteOffset, byteLength } = await readFile(storedFile)
  const stored = new Float16Array(buffer, byteOffset, byteLength / Float16Array.BYTES_PER_ELEMENT)
  return splitRows({ rows: sizes.test + sizes.train, dim, values: Float32Array.from(stored) })
}

export async function storeCifar10({ train, test }: Cifar10): Promise<void> {
  const parts = [test, train].map(({ matrix }) => new Uint8Array(new Float16Array(matrix.values).buffer))
  await writeFile(storedFile, Buffer.concat(parts))
}

/** Paths are sorted by `test` and `train`, then by class: as many rows for each class one after the other. */
function splitRows(all: Matrix): Cifar10 {
  const part = (from: number, rows: number): Examples => ({
    matrix: { rows, dim: all.dim, values: all.values.slice(from * all.dim, (from + rows) * all.dim) },
    labels: Array.from({ length: rows }, (_, row) => Math.floor((row * classNames.length) / rows)),
  })
  return { classNames, test: part(0, sizes.test), train: part(sizes.test, sizes.train) }
}

/** Share of rows whose largest value is at their label. */
export function accuracyOf(scores: ArrayLike<number>, labels: readonly number[], classes: number): number {
  const hits = labels.filter((truth, row) => {
    for (let c = 0; c < classes; c++) {
      if (c !== truth && (scores[row * classes + c] ?? 0) >= (scores[row * classes + truth] ?? 0))
        return false
    }
    return true
  })
  return hits.length / labels.length
}

/** Makes `share` of the train labels wrong; gives the share of those that are in the first tenth of the doubtful ones. */
export function findPlantedErrors({ train, classNames }: Cifar10, share: number, seed: number): number {
  const classes = classNames.length
  const random = createRandom(seed)
  const rows = train.labels.length
  const planted = new Set(shuffle([...train.labels.keys()], random).slice(0, share * rows))
  const labels = train.labels.map((truth, row) =>
    planted.has(row) ? (truth + 1 + Math.floor(random() * (classes - 1))) % classes : truth,
  )
  const targets = oneHot(labels, classes)
  const fitted = fitHead(train.matrix, targets, { seed })
  const probabilities = predictOutOfFold(train.matrix, targets, fitted.config, { seed })
  for (let at = 0; at < probabilities.length; at += classes)
    toProbabilities(probabilities, at, classes, 'single', fitted.temperature)
  const first = rankLabelIssues(probabilities, labels, classes).slice(0, rows / 10)
  return first.filter(({ row }) => planted.has(row)).length / planted.size
}
