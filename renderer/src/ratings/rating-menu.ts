// Stars and flags as rows of a menu.
import { t } from '../i18n/i18n.svelte.ts'
import { flagName, ratingText, type RatingChange } from '../state/rating-text.ts'
import type { MenuItem } from '../ui/menu-item.ts'

interface Rated {
  readonly stars: number
  readonly flag: 'pick' | 'reject' | null
}

export const ratingMenu = ({ stars, flag }: Rated, set: (change: RatingChange) => void): MenuItem[] => [
  {
    text: t('common.rating.starsTitle'),
    startsGroup: true,
    run: () => undefined,
    choices: [0, 1, 2, 3, 4, 5].map((number) => ({
      text: String(number),
      name: ratingText({ stars: number }),
      isOn: number === stars,
      run: () => set({ stars: number }),
    })),
  },
  {
    text: t('common.rating.flagTitle'),
    run: () => undefined,
    choices: (['pick', 'reject', 'none'] as const).map((which) => ({
      text: flagName(which),
      name: ratingText({ flag: which }),
      isOn: which === (flag ?? 'none'),
      run: () => set({ flag: which }),
    })),
  },
]
