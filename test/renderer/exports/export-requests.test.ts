// What the export dialog asks the core for.
import { expect, test } from 'vitest'
import { DatasetRequest, ExportRequest } from '../../../electron/contract/exports.ts'
import {
  datasetRequest,
  hasFilter,
  standardChoices,
  tableRequest,
  withShare,
} from '../../../renderer/src/features/exports/export-requests.ts'

const photos = { folders: [], photoIds: null }

test('requests for tables and datasets pass the contract', () => {
  for (const isConfirmedOnly of [true, false]) {
    const choices = { ...standardChoices, isConfirmedOnly, minScore: 0.4 }
    expect(ExportRequest.parse(tableRequest(choices, photos)).isConfirmedOnly).toBe(isConfirmedOnly)
    expect(DatasetRequest.parse(datasetRequest(choices, photos)).minScore).toBe(isConfirmedOnly ? null : 0.4)
  }
})

test('photos are copied where a format needs them in the folder', () => {
  const choices = { ...standardChoices, placement: 'none' } as const
  expect(datasetRequest({ ...choices, dataset: 'coco' }, photos).placement).toBe('copy')
  expect(datasetRequest({ ...choices, dataset: 'timm' }, photos).placement).toBe('none')
})

test('the shares of a split always sum to 100', () => {
  expect(withShare({ train: 80, val: 10, test: 10 }, 'val', 30)).toEqual({ train: 60, val: 30, test: 10 })
  expect(withShare({ train: 80, val: 10, test: 10 }, 'test', 200)).toEqual({ train: 0, val: 10, test: 90 })
})

test('a filter counts as one unless all its conditions are empty', () => {
  expect(hasFilter({ filter: { text: '', states: [], folder: null }, photoIds: null })).toBe(false)
  expect(hasFilter({ filter: { text: 'cat' }, photoIds: null })).toBe(true)
  expect(hasFilter({ filter: { minScore: 0 }, photoIds: null })).toBe(true)
})
