// What the dialogs of rules and exports work out before the core is asked.
import { describe, expect, it } from 'vitest'
import { Rules } from '../../electron/contract/browse.ts'
import { ExportRequest } from '../../electron/contract/domain.ts'
import { DatasetRequest } from '../../electron/contract/exports.ts'
import {
  datasetRequest,
  hasFilter,
  standardChoices,
  tableRequest,
  withShare,
} from '../../renderer/src/features/exports/export-requests.ts'
import { previewTable, readCsv } from '../../renderer/src/features/exports/preview-rows.ts'
import {
  newNames,
  orderClasses,
  withMinimum,
  withName,
} from '../../renderer/src/features/review/rules-draft.ts'

const none = Rules.parse({})
const label = (name: string, suggested: number) => ({ name, suggested, confirmed: 0, rejected: 0 })

describe('rules', () => {
  it('keep one minimum for each label', () => {
    const rules = withMinimum(withMinimum(withMinimum(none, 'dog', 0.5), 'cat', 0.2), 'dog', 0.7)
    expect(rules.perLabel).toEqual([
      { name: 'cat', minScore: 0.2 },
      { name: 'dog', minScore: 0.7 },
    ])
    expect(withMinimum(rules, 'dog', null).perLabel).toHaveLength(1)
  })

  it('take names from models for classes without a rule, hidden ones too', () => {
    const rules = withName(withName(none, 'tabby', 'mine'), 'web', null)
    const names = { tabby: '虎斑猫', web: '网页', lynx: '猞猁', ONNX: 'ONNX' }
    expect(newNames(rules, names)).toEqual([{ from: 'lynx', to: '猞猁' }])
  })

  it('rename, merge and hide classes, and forget what says nothing', () => {
    const rules = withName(
      withName(withName(none, 'tabby', ' animal / cat '), 'lynx', 'animal/cat'),
      'web',
      null,
    )
    expect(rules.mapping).toEqual([
      { from: 'tabby', to: 'animal/cat' },
      { from: 'lynx', to: 'animal/cat' },
      { from: 'web', to: null },
    ])
    expect(withName(rules, 'tabby', '').mapping).toHaveLength(2)
    expect(withName(rules, 'web', 'web').mapping).toHaveLength(2)
  })

  it('list changed classes first, then what is suggested most; own names are no classes', () => {
    const rules = withName(none, 'tabby', 'cat')
    const labels = [label('tabby', 0), label('cat', 50), label('dog', 3), label('elk', 9)]
    expect(orderClasses(rules, labels, '', 10)).toEqual({ names: ['tabby', 'elk', 'dog'], more: 0 })
    expect(orderClasses(rules, labels, 'CAT', 10).names).toEqual(['tabby'])
    expect(orderClasses(rules, labels, '', 1)).toEqual({ names: ['tabby'], more: 2 })
  })
})

describe('exports', () => {
  const photos = { folders: [], photoIds: null }

  it('ask for what the contract takes', () => {
    for (const isConfirmedOnly of [true, false]) {
      const choices = { ...standardChoices, isConfirmedOnly, minScore: 0.4 }
      expect(ExportRequest.parse(tableRequest(choices, photos)).isConfirmedOnly).toBe(isConfirmedOnly)
      expect(DatasetRequest.parse(datasetRequest(choices, photos)).minScore).toBe(
        isConfirmedOnly ? null : 0.4,
      )
    }
  })

  it('copy photos where a format cannot do without', () => {
    const choices = { ...standardChoices, placement: 'none' } as const
    expect(datasetRequest({ ...choices, dataset: 'coco' }, photos).placement).toBe('copy')
    expect(datasetRequest({ ...choices, dataset: 'timm' }, photos).placement).toBe('none')
  })

  it('keep the shares at a hundred', () => {
    expect(withShare({ train: 80, val: 10, test: 10 }, 'val', 30)).toEqual({ train: 60, val: 30, test: 10 })
    expect(withShare({ train: 80, val: 10, test: 10 }, 'test', 200)).toEqual({ train: 0, val: 10, test: 90 })
  })

  it('know a filter from none', () => {
    expect(hasFilter({ filter: { text: '', states: [], folder: null }, photoIds: null })).toBe(false)
    expect(hasFilter({ filter: { text: 'cat' }, photoIds: null })).toBe(true)
    expect(hasFilter({ filter: { minScore: 0 }, photoIds: null })).toBe(true)
  })
})

describe('the preview of an export', () => {
  it('reads quoted cells with commas, quotes and line ends in them', () => {
    expect(readCsv('a,b\r\n"x, ""y""","line\nend"\r\n,last', 9)).toEqual([
      ['a', 'b'],
      ['x, "y"', 'line\nend'],
      ['', 'last'],
    ])
  })

  it('stops after the rows that show', () => {
    const table = previewTable('h\r\n1\r\n2\r\n3\r\n', 'long', 2, [])
    expect(table).toEqual({ header: ['h'], rows: [['1'], ['2']] })
  })

  it('shows JSON lines as rows', () => {
    const line = { file_name: 'a.jpg', status: 'labelled', labels: [{ label: 'cat' }, { label: 'pet' }] }
    expect(previewTable(`${JSON.stringify(line)}\n`, 'jsonl', 8, ['f', 's', 'l'])).toEqual({
      header: ['f', 's', 'l'],
      rows: [['a.jpg', 'labelled', 'cat, pet']],
    })
  })
})
