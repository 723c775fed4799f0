// What the models of the catalogue are about, in the person's language.
import type { ParseKeys } from 'i18next'
import { t } from '../../i18n/i18n.svelte.ts'

/** By the words of the catalogue itself; what is new there shows as it is. */
const subjects: Readonly<Record<string, ParseKeys>> = {
  '1,000 everyday things, animals and plants (ImageNet)': 'models.subject.everyday',
  'normal or not safe for work': 'models.subject.nsfw',
  '101 dishes': 'models.subject.food',
  'five landscapes: coast, desert, forest, glacier, mountain': 'models.subject.landscapes',
}

export function subjectText(subject: string): string {
  const key = subjects[subject]
  return key === undefined ? subject : t(key)
}
