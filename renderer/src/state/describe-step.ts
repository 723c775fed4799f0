// What a step of the history did, in words that follow "Undo" or "Undone".
import type { HistoryStep } from '../../../electron/contract/history.ts'
import { formatCount, t } from '../i18n/i18n.svelte.ts'
import { labelText } from '../i18n/label-texts.svelte.ts'
import { modelText } from '../i18n/model-text.ts'
import { ratingText, type RatingFlag } from './rating-text.ts'

/** Steps without a name are about all labels of a photo, about many labels, or about the model's own head. */
const namedKinds = ['reject', 'clear', 'rollback'] as const
const isNamedKind = (kind: HistoryStep['kind']): kind is (typeof namedKinds)[number] =>
  (namedKinds as readonly string[]).includes(kind)

/** `import of 60 labels`, `label “dog” on 40 photos`. */
export function describeStep({ kind, name, photos, labels }: HistoryStep): string {
  const count = kind === 'import' ? labels : photos
  const values = { count, shown: formatCount(count), name: labelText(name ?? '') }
  if (kind === 'rate') return t('common.step.rate', { ...values, what: ratingText({ stars: Number(name) }) })
  if (kind === 'flag')
    return t('common.step.rate', { ...values, what: ratingText({ flag: name as RatingFlag }) })
  if (kind === 'move-files') return t('common.step.move-files', { ...values, name: folderName(name ?? '') })
  if (kind === 'clear-suggestions')
    return t('common.step.clear-suggestions', { ...values, name: modelText(name ?? '') })
  if (name === null && isNamedKind(kind)) return t(`common.step.${kind}All`, values)
  return t(`common.step.${kind}`, values)
}

/** The last part of a path. */
export const folderName = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || path

/** What an undo says that it did. */
export function describeUndone(step: HistoryStep): string {
  if (step.kind !== 'move-files') return t('common.undone', { what: describeStep(step) })
  const values = { count: step.photos, shown: formatCount(step.photos) }
  return step.source === null
    ? t('common.movedBackToSeveral', values)
    : t('common.movedBack', { ...values, name: folderName(step.source) })
}
