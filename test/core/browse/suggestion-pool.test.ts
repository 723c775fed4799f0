// The pool keeps the suggestions of each photo apart, however often they are replaced.
import { expect, test } from 'vitest'
import { createLabelNames } from '../../../electron/core/domain/label-names.ts'
import { createMerged, createRuleSet } from '../../../electron/core/domain/rule-set.ts'
import { SuggestionPool } from '../../../electron/core/browse/suggestion-pool.ts'
import { Rules } from '../../../electron/contract/rules.ts'
import { createRandom } from '../../../electron/core/learning/algorithms/random.ts'

test("keeps each photo's own suggestions after thousands of replacements, in little more memory", () => {
  const random = createRandom(5)
  const photos = 200
  const pool = new SuggestionPool()
  pool.grow(photos)
  const rules = createRuleSet(Rules.parse({ minScore: 0.5 }), createLabelNames())
  const merged = createMerged()
  const expected = new Map<number, { label: number; score: number }[]>()
  for (let round = 0; round < 20_000; round++) {
    const id = Math.floor(random() * photos)
    const top = Array.from({ length: Math.floor(random() * 12) }, (_, i) => ({
      label: round + i,
      score: random(),
    }))
    top.sort((a, b) => b.score - a.score)
    expected.set(id, top)
    const [labels, scores] = [top.map(({ label }) => label), top.map(({ score }) => score)]
    // Two entries that are not of this photo stand around them.
    pool.put(id, [7, ...labels, 7], [1, ...scores, 1], 1, 1 + top.length, (label) => label)
    rules.merge(merged, pool.classes, pool.scores, pool.startOf(id), pool.countOf(id), null)
    pool.show(id, merged)
  }
  for (const [id, top] of expected) {
    const [start, count] = [pool.startOf(id), pool.countOf(id)]
    const stored = [...pool.classes.subarray(start, start + count)].map((label, i) => ({
      label,
      score: pool.scores[start + i],
    }))
    expect(stored).toEqual(top)
    const visible = [...pool.visible.subarray(start, start + pool.visibleCountOf(id))]
    expect(visible).toEqual(top.filter(({ score }) => score >= 0.5).map(({ label }) => label))
  }
  expect(pool.classes.length).toBeLessThan(photos * 12 * 4)
})
