// Says whether a trained head is worth promoting, in a sentence with the numbers.
import type { Head, HeadComparison } from '../../../contract/heads.ts'
import { msg, type Message } from '../../../texts/message.ts'
import type { NewHead } from '../../store/tables/heads.ts'
import { percent } from './percent.ts'

/** Photos new to both heads; with fewer, a comparison would be chance. */
export const minForComparison = 5

function judgeUnmeasured(kind: Head['kind'], rival: Head | null): { isProposed: boolean; reason: Message } {
  if (kind !== 'words')
    return { isProposed: false, reason: msg('there are too few labels to say how good it is') }
  return rival === null
    ? {
        isProposed: true,
        reason: msg('it is made of the words alone, and no labelled photo says yet how good it is'),
      }
    : {
        isProposed: false,
        reason: msg('no labelled photo says yet how good it is, and version {{version}} is in use', {
          version: rival.version,
        }),
      }
}

/** `previous` is the comparison with the promoted head `rival`, `pretrained` that with the model's own. */
export function judge(
  { kind, metrics }: NewHead,
  rival: Head | null,
  previous: HeadComparison | null,
  pretrained: HeadComparison | null,
): { isProposed: boolean; reason: Message } {
  if (metrics === null) return judgeUnmeasured(kind, rival)
  if (rival !== null && previous === null) {
    const reason = msg('fewer than {{photos}} labelled photos are new to both it and version {{version}}', {
      photos: minForComparison,
      version: rival.version,
    })
    return { isProposed: false, reason }
  }
  const comparison = previous ?? pretrained
  if (comparison !== null) {
    const name =
      rival === null
        ? msg('the model without your labels')
        : msg('version {{version}}', { version: rival.version })
    const numbers = msg('{{right}} of {{photos}} test photos right, {{name}} {{before}}.', {
      right: Math.round(comparison.head * comparison.photos),
      before: Math.round(comparison.rival * comparison.photos),
      name,
      photos: comparison.photos,
    })
    return { isProposed: comparison.head > comparison.rival, reason: numbers }
  }
  const most = Math.max(...metrics.perClass.map(({ examples }) => examples)) / Math.max(1, metrics.photos)
  return {
    isProposed: metrics.accuracy > most,
    reason: msg(
      "{{accuracy}} right. The model doesn't know these labels; always guessing the commonest gives {{most}}.",
      { accuracy: percent(metrics.accuracy, 1), most: percent(most, 1) },
    ),
  }
}
