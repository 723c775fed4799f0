// Learning on real photos with a real ViT: accuracy, another solver, the queue, wrong labels.
import { beforeAll, describe, expect, test } from 'vitest'
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { scoreRows } from '../../../../electron/core/learning/algorithms/apply-head.ts'
import { fitHead } from '../../../../electron/core/learning/algorithms/fit-head.ts'
import { measureScaling, scale } from '../../../../electron/core/learning/algorithms/scaling.ts'
import { oneHot } from '../../../helpers/one-hot.ts'
import { takeRows } from '../../../../electron/core/learning/algorithms/split.ts'
import {
  accuracyOf,
  embedPhotos,
  findPlantedErrors,
  readCifar10,
  type Cifar10,
} from '../../../helpers/cifar10.ts'
import { meanTrial, shareNeeded, tryQueue } from '../../../helpers/queue-trial.ts'
import { hasSharedFiles, sharedFiles } from '../../../helpers/shared-files.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'
import { largestDifference } from '../../../models/helpers.ts'
import { solveSoftmax } from '../algorithms/helpers.ts'

describe('CIFAR-10', () => {
  let data: Cifar10
  beforeAll(async () => {
    data = await readCifar10()
  })

  test.runIf(hasSharedFiles('cifar10', 'vitTiny'))(
    'the stored embeddings are those that the pipeline makes of the photos',
    async () => {
      const home = tempFolder()
      const folder = path.join(home, 'photos')
      const perClass = 3
      for (const name of data.classNames) {
        await mkdir(path.join(folder, name), { recursive: true })
        for (const file of (await readdir(path.join(sharedFiles.cifar10, 'test', name)))
          .sort()
          .slice(0, perClass))
          await copyFile(path.join(sharedFiles.cifar10, 'test', name, file), path.join(folder, name, file))
      }
      const { matrix } = await embedPhotos(folder, home)
      const stored = data.classNames.flatMap((_, c) => [...Array(perClass).keys()].map((at) => c * 50 + at))
      expect(matrix.rows).toBe(stored.length)
      const expected = takeRows(data.test.matrix, stored)
      const scale = Math.max(...expected.values.map(Math.abs))
      expect(largestDifference(matrix.values, expected.values) / scale).toBeLessThan(1e-3)
    },
  )

  test('reaches the accuracy of another solver with 100 photos a class', () => {
    const { train, test: unseen } = data
    expect([train.labels.length, unseen.labels.length]).toEqual([1000, 500])
    const fitted = fitHead(train.matrix, oneHot(train.labels, 10), { seed: 0 })
    expect(fitted.config.kind).toBe('linear')
    const accuracy = accuracyOf(scoreRows(fitted.head, unseen.matrix), unseen.labels, 10)
    expect(accuracy).toBeGreaterThanOrEqual(0.74)

    const scaling = measureScaling(train.matrix)
    const toRows = (matrix: Cifar10['train']['matrix']) => {
      const { rows, dim, values } = scale(matrix, scaling)
      return Array.from({ length: rows }, (_, r) => [...values.subarray(r * dim, (r + 1) * dim)])
    }
    const steps = { steps: 400, rate: 0.04 }
    const solved = solveSoftmax(toRows(train.matrix), train.labels, 10, fitted.config.l2 ?? 0, steps)
    const scores = toRows(unseen.matrix).flatMap((row) =>
      solved.map((weights) => [...row, 1].reduce((sum, value, d) => sum + value * (weights[d] ?? 0), 0)),
    )
    expect(Math.abs(accuracyOf(scores, unseen.labels, 10) - accuracy)).toBeLessThanOrEqual(0.005)
  }, 120_000)

  test("needs at most 70 % of chance's labels by the queue, of up to 100", () => {
    const compareAt = (labels: number) => [60, 100, 140].includes(labels)
    const points = meanTrial(
      [...Array(20).keys()].map((seed) => tryQueue(data, seed, 140, { compareAt, chanceOrders: 4 })),
    )
    expect(shareNeeded(points, 60)).toBeLessThanOrEqual(0.7)
    expect(shareNeeded(points, 100)).toBeLessThanOrEqual(0.7)
    expect(shareNeeded(points, 140)).toBeLessThanOrEqual(0.75)
  }, 600_000)

  test.each([1, 2, 3])('seed %i: most of the wrong labels, one in twenty, are in the first tenth', (seed) => {
    expect(findPlantedErrors(data, 0.05, seed)).toBeGreaterThanOrEqual(0.7)
  })
})
