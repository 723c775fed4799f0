// What the suggestions of a photo are together, also without any rule.
import { expect, test } from 'vitest'
import { Rules } from '../../../electron/contract/rules.ts'
import { createLabelNames } from '../../../electron/core/domain/label-names.ts'
import { createMerged, createRuleSet } from '../../../electron/core/domain/rule-set.ts'

// ImageNet has two classes called crane: a bird and a machine.
test('merges two classes of one name into one suggestion, with rules and without', () => {
  const names = createLabelNames()
  const heron = names.idOf('heron')
  const crane = names.idOf('crane')
  const merged = createMerged()
  for (const rules of [{}, { mapping: [{ from: 'dog', to: 'puppy' }] }]) {
    const ruleSet = createRuleSet(Rules.parse(rules), names)
    ruleSet.merge(merged, [heron, crane, crane], [0.5, 0.375, 0.25], 0, 3, null)
    expect(merged.count).toBe(2)
    expect([...merged.labels.subarray(0, 2)]).toEqual([crane, heron])
    expect([...merged.scores.subarray(0, 2)]).toEqual([0.625, 0.5])
  }
})
