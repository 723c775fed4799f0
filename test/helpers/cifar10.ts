// Embeddings of the CIFAR-10 photos by the real pipeline, and the trials that tests and scripts run on them.
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

/** Labels the photos with the ViT-Ti into a library in `home`; half a minute on two cores. */
export async function embedCifar10(home: string): Promise<Cifar10> {
  const { code, stderr } = await runCli(
    ['label', sharedFiles.cifar10, '--model', sharedFiles.vitTiny, '--device', 'cpu'],
    home,
  )
  if (code !== 0) throw new Error(stderr)
  const store = openStore({ file: path.join(home, 'library.db') })
  const variantId = store.models.lastUsed(null)
  if (variantId === null) throw new Error('nothing was labelled')
  const { photoIds, dim, values } = store.embeddings.load(variantId)
  const all = { rows: photoIds.length, dim, values }
  const places = store.files.photoPaths()
  store.close()
  const folders = photoIds.map((photoId) => (places.get(photoId) ?? '').split('/').slice(-3, -1))
  const classNames = [...new Set(folders.map(([, name]) => name ?? ''))].sort()
  const part = (wanted: string): Examples => {
    const rows = [...folders.keys()].filter((row) => folders[row]?.[0] === wanted)
    const labels = rows.map((row) => classNames.indexOf(folders[row]?.[1] ?? ''))
    return { matrix: takeRows(all, rows), labels }
  }
  return { classNames, train: part('train'), test: part('test') }
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
