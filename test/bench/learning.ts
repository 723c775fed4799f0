// Prints what learning is held to: accuracy, labels saved by the queue, wrong labels found, and speed.
// usage: npm run bench:learning [-- speed]; without `speed` the CIFAR-10 photos of ../shared are labelled first.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { predict } from '../../electron/core/learning/algorithms/apply-head.ts'
import { fitConfig, fitHead } from '../../electron/core/learning/algorithms/fit-head.ts'
import type { Matrix } from '../../electron/core/learning/algorithms/linear-layer.ts'
import { computeMetrics } from '../../electron/core/learning/algorithms/metrics.ts'
import { groupNearDuplicates } from '../../electron/core/learning/algorithms/near-duplicates.ts'
import { linear } from '../../electron/core/learning/algorithms/head-config.ts'
import { findSimilar, inverseNorms } from '../../electron/core/learning/algorithms/neighbours.ts'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'
import { oneHot } from '../helpers/one-hot.ts'
import { embedCifar10, findPlantedErrors, type Cifar10 } from '../helpers/cifar10.ts'
import { meanTrial, shareNeeded, tryQueue } from '../helpers/queue-trial.ts'
import { rowsInMemory } from '../../electron/core/learning/algorithms/row-source.ts'

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** Milliseconds of one run, the median of three. */
function time(what: string, work: () => unknown): void {
  const runs = [0, 1, 2].map(() => {
    const startedAtMs = performance.now()
    work()
    return performance.now() - startedAtMs
  })
  const [, median = 0] = runs.toSorted((a, b) => a - b)
  console.log(`${what.padEnd(62)}${median.toFixed(0).padStart(7)} ms`)
}

/** Points around a centre for each class, far enough apart to be learned and close enough to be work. */
function makeEmbeddings(rows: number, dim: number, classes: number): { matrix: Matrix; labels: number[] } {
  const random = createRandom(1)
  const centres = Float32Array.from({ length: classes * dim }, () => 0.25 * (random() - 0.5))
  const labels = Array.from({ length: rows }, (_, row) => row % classes)
  const values = new Float32Array(rows * dim)
  for (let i = 0; i < values.length; i++) {
    const c = Math.floor(i / dim) % classes
    values[i] = (centres[c * dim + (i % dim)] ?? 0) + random() + random() - 1
  }
  return { matrix: { rows, dim, values }, labels }
}

function measureSpeed(): void {
  const small = makeEmbeddings(1000, 192, 10)
  const smallTargets = oneHot(small.labels, 10)
  time('train 1,000 x 192, 10 classes, with L2 by cross-validation', () =>
    fitHead(small.matrix, smallTargets, { seed: 0 }),
  )
  const large = makeEmbeddings(10_000, 768, 100)
  const largeTargets = oneHot(large.labels, 100)
  time('train 10,000 x 768, 100 classes, one L2', () =>
    fitConfig(large.matrix, largeTargets, linear(0.03), true),
  )
  time('train 10,000 x 768, 100 classes, with L2 by cross-validation', () =>
    fitHead(large.matrix, largeTargets, { seed: 0 }),
  )
  time('near-duplicates among 10,000 x 768', () => groupNearDuplicates(rowsInMemory(large.matrix), 0.95))
  const { matrix } = makeEmbeddings(100_000, 768, 100)
  const head = fitConfig(large.matrix, largeTargets, linear(1), true)
  time('predict 100,000 x 768, 100 classes', () => predict({ head, mode: 'single', temperature: 1 }, matrix))
  const inverse = inverseNorms(matrix)
  time('similar photos among 100,000 x 768', () => findSimilar(matrix, inverse, 5, 20))
}

async function measureLearning(): Promise<void> {
  const home = await mkdtemp(path.join(tmpdir(), 'labelroom-learning-'))
  const data = await embedCifar10(home)
  await rm(home, { recursive: true, force: true })
  const { train, test, classNames } = data
  const fitted = fitHead(train.matrix, oneHot(train.labels, 10), { seed: 0 })
  const { accuracy, top5, calibrationError } = computeMetrics(
    predict(fitted, test.matrix),
    oneHot(test.labels, 10),
    classNames,
  )
  const uncalibrated = computeMetrics(
    predict({ ...fitted, temperature: 1 }, test.matrix),
    oneHot(test.labels, 10),
    classNames,
  )
  console.log(
    `CIFAR-10: top-1 ${percent(accuracy)}, top-5 ${percent(top5)}, calibration error ${percent(calibrationError)} (${percent(uncalibrated.calibrationError)} without temperature); ${fitted.config.kind}, L2 ${fitted.config.l2 ?? 0}`,
  )
  measureQueue(data)
  console.log('\n5 % wrong labels: found in the first tenth')
  for (let seed = 1; seed <= 5; seed++)
    console.log(`seed ${seed}: ${percent(findPlantedErrors(data, 0.05, seed))}`)
  console.log()
}

/** What the queue needs for the accuracy of so many labels chosen by chance: for the first five seeds, and for twenty. */
function measureQueue(data: Cifar10): void {
  const trials = Array.from({ length: 20 }, (_, seed) => tryQueue(data, seed, 400))
  for (const seeds of [5, 20]) {
    const points = meanTrial(trials.slice(0, seeds))
    console.log(`\n${seeds} seeds: labels   chance    queue   the queue needs, for what chance reaches`)
    for (const { labels, chance, queue } of points) {
      const accuracies = `${percent(chance).padStart(9)}${percent(queue).padStart(9)}`
      const needed = [60, 100, 140, 200, 300, 400].includes(labels)
        ? percent(shareNeeded(points, labels)).padStart(10)
        : ''
      console.log(`${String(labels).padStart(15)}${accuracies}${needed}`)
    }
  }
}

if (process.argv[2] !== 'speed') await measureLearning()
measureSpeed()
