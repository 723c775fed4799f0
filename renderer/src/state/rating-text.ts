// Stars and flags in words.
import { t } from '../i18n/i18n.svelte.ts'

export type RatingFlag = 'pick' | 'reject' | 'none'
export type RatingChange = { readonly stars: number } | { readonly flag: RatingFlag }

/** `3 stars`, `no stars`, `flag “pick”`, `no flag`. */
export function ratingText(change: RatingChange): string {
  if ('flag' in change) return t(`common.rating.${change.flag}`)
  return change.stars === 0 ? t('common.rating.noStars') : t('common.rating.stars', { count: change.stars })
}

/** Of a photo, for who cannot see it: `3 stars, flag “pick”`; empty where it has neither. */
export const ratingOfPhoto = ({
  stars,
  flag,
}: {
  readonly stars: number
  readonly flag: 'pick' | 'reject' | null
}): string =>
  [stars > 0 ? ratingText({ stars }) : '', flag === null ? '' : ratingText({ flag })]
    .filter(Boolean)
    .join(t('common.comma'))

/** `Pick`, as an entry of a list of flags. */
export const flagName = (flag: RatingFlag): string =>
  t(`common.rating.${({ pick: 'flagPick', reject: 'flagReject', none: 'flagNone' } as const)[flag]}`)
