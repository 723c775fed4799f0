// Compares Labelroom's graphs with what other libraries computed with seeded twins. By hand:
//   node test/scripts/model-parity/compare.ts TWINS.jsonl [--precision fp32|fp16|int8] [--attention]
// Prints a table in Markdown with a row a model: how many published weights it stands for, the largest differences over all
// sizes and two photos, or why it is refused. docs/model-parity.md is made of it.
import { parseArgs } from 'node:util'
import '../../helpers/no-telemetry.ts'
import type { Precision } from '../../../models/onnx/precision.ts'
import { ModelError } from '../../../models/model-error.ts'
import { compareTwin, withTwin } from '../../models/parity.ts'
import { readTwins, type Twin } from '../../models/seeded.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    precision: { type: 'string', default: 'fp32' },
    attention: { type: 'boolean', default: false },
    within: { type: 'string', default: '1e-4' },
  },
})
const options = { precision: values.precision as Precision, withAttention: values.attention }
const counts = new Map<string, number>()
console.log('| model | weights | verdict | logits | embedding | at each width in px, or why not |')
console.log('| --- | --- | --- | --- | --- | --- |')
for (const file of positionals) {
  for (const twin of readTwins(file)) {
    const cells = await cellsOf(twin)
    const weights = twin.entries?.length ?? 1
    const [verdict = ''] = cells
    counts.set(verdict, (counts.get(verdict) ?? 0) + weights)
    console.log(`| ${[twin.name, weights, ...cells].join(' | ')} |`)
  }
}
console.log(`\nWeights: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}.`)

/** Verdict, largest difference of the logits and of the embedding, details. */
async function cellsOf(twin: Twin): Promise<string[]> {
  try {
    const differences = await withTwin(twin, (folder) => compareTwin(folder, twin, options))
    const logits = Math.max(...differences.map((difference) => difference.logits ?? 0))
    const embedding = Math.max(...differences.map((difference) => difference.embedding))
    const isRight = Math.max(logits, embedding) <= Number(values.within)
    const sizes = differences.map((d) => `${d.widthPx}: ${(d.logits ?? d.embedding).toExponential(0)}`)
    return [
      isRight ? 'right' : 'WRONG',
      logits.toExponential(1),
      embedding.toExponential(1),
      sizes.join(', '),
    ]
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return [error instanceof ModelError ? 'refused' : 'FAILED', '', '', error.message.replace(/\/\S*\//, '')]
  }
}
