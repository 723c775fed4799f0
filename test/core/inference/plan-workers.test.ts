// How many workers a job gets.
import { expect, test } from 'vitest'
import { planWorkers } from '../../../electron/core/inference/inference-pool.ts'

const [tiny, base, memory] = [23e6, 346e6, 64e9]

test('gives few photos one worker with all cores, the fewer the larger the model', () => {
  expect(planWorkers(2, tiny, 150, memory)).toEqual({ workers: 1, threads: 2 })
  expect(planWorkers(2, tiny, 200, memory)).toEqual({ workers: 2, threads: 1 })
  expect(planWorkers(2, base, 48, memory)).toEqual({ workers: 1, threads: 2 })
  expect(planWorkers(2, base, 150, memory)).toEqual({ workers: 2, threads: 1 })
})

test('gives many photos, and an unknown number of them, a worker for each core up to four', () => {
  expect(planWorkers(2, tiny, 1000, memory)).toEqual({ workers: 2, threads: 1 })
  expect(planWorkers(16, tiny, Infinity, memory)).toEqual({ workers: 4, threads: 4 })
})

test('gives a machine with little memory fewer workers of a large model', () => {
  expect(planWorkers(4, base, 1000, 8e9)).toEqual({ workers: 2, threads: 2 })
})
