// The conditions of a filter in words, each with what the filter is without it.
import { cameraName } from '../../../electron/common/camera-name.ts'
import type { PhotoFilter } from '../../../electron/contract/browse.ts'
import type { ModelId } from '../../../electron/contract/domain.ts'
import { formatCount, formatPercent, t } from '../i18n/i18n.svelte.ts'
import { labelText } from '../i18n/label-texts.svelte.ts'
import { dayOf, everything, labelKinds, starsOf } from '../navigation/filters.ts'
import { coordinates, middleOf } from '../navigation/near-place.ts'
import { flagName } from './rating-text.ts'

export interface Condition {
  readonly text: string
  readonly isLabel?: boolean
  readonly without: Partial<PhotoFilter>
}

/** What a filter does not know itself. */
export interface FilterNames {
  /** What the photos are that were chosen one by one. */
  readonly givenTitle?: string | null
  readonly modelName?: (id: ModelId) => string | undefined
}

/** Lists of values, any of which will do; labels have words of their own. */
type ListKey = 'states' | 'cameras' | 'lenses' | 'extensions' | 'flags'

/** Conditions for labels of one kind; where there are more, the last one stands for all others. */
const maxLabels = 5

/** Labels of the user need no word: most conditions are theirs. */
const origins = { suggestedLabels: 'library.suggestedLabels', keywords: 'library.fromFiles' } as const

/** Returns every condition of the filter, in the order in which they show. */
export function conditionsOf(partial: Partial<PhotoFilter>, names: FilterNames = {}): Condition[] {
  const filter: PhotoFilter = { ...everything, ...partial }
  const { text, folder, isUncertain, minRating, isChanged, failedIn } = filter
  const ofList = <K extends ListKey>(key: K, textOf: (value: PhotoFilter[K][number]) => string) =>
    filter[key].map((value: PhotoFilter[K][number]) => ({
      text: textOf(value),
      without: { [key]: filter[key].filter((other) => other !== value) },
    }))
  return [
    ...given(filter, names),
    ...(text === '' ? [] : [{ text: `“${text}”`, without: { text: '' } }]),
    ...(folder === null
      ? []
      : [{ text: folder.slice(folder.lastIndexOf('/') + 1), without: { folder: null } }]),
    ...ofList('states', (state) => t(`library.state.${state}`)),
    ...labels(filter),
    ...(isUncertain ? [{ text: t('library.uncertain'), without: { isUncertain: false } }] : []),
    ...ofList('cameras', cameraName),
    ...ofList('lenses', (lens) => lens),
    ...place(filter),
    ...ofList('extensions', (extension) => extension.toUpperCase()),
    ...(minRating === null ? [] : [{ text: starsOf(minRating), without: { minRating: null } }]),
    ...ofList('flags', (flag) => `${t('library.flag')}: ${flagName(flag)}`),
    ...score(filter),
    ...date(filter),
    ...(failedIn === null ? [] : [{ text: t('library.failedIn'), without: { failedIn: null } }]),
    ...(isChanged ? [{ text: t('library.changed'), without: { isChanged: false } }] : []),
    ...model(filter, names),
  ]
}

function given({ photoIds }: PhotoFilter, { givenTitle }: FilterNames): Condition[] {
  if (photoIds === null) return []
  const count = photoIds.length
  const text = givenTitle ?? t('library.givenPhotos', { count, shown: formatCount(count) })
  return [{ text, without: { photoIds: null } }]
}

const labels = (filter: PhotoFilter): Condition[] =>
  labelKinds.flatMap((kind) => {
    const names = filter[kind]
    const ofOrigin = (text: string) =>
      kind in origins ? `${text} · ${t(origins[kind as keyof typeof origins])}` : text
    const without = (gone: readonly string[]) => ({ [kind]: names.filter((name) => !gone.includes(name)) })
    // A range of many labels is no row of many conditions.
    const [shown, others] =
      names.length > maxLabels ? [names.slice(0, maxLabels - 1), names.slice(maxLabels - 1)] : [names, []]
    const count = others.length
    return [
      ...shown.map((name) => ({ text: ofOrigin(labelText(name)), isLabel: true, without: without([name]) })),
      ...(count === 0
        ? []
        : [
            {
              text: ofOrigin(t('library.moreLabels', { count, shown: formatCount(count) })),
              isLabel: true,
              without: without(others),
            },
          ]),
    ]
  })

function place({ place: area }: PhotoFilter): Condition[] {
  if (area === null) return []
  const { km, ...point } = middleOf(area)
  const text = t('library.withinOf', { km: formatCount(km), place: coordinates(point) })
  return [{ text, without: { place: null } }]
}

function score({ minScore, maxScore }: PhotoFilter): Condition[] {
  if (minScore === null && maxScore === null) return []
  const text = `${formatPercent(minScore ?? 0)} – ${formatPercent(maxScore ?? 1)}`
  return [{ text: `${t('library.score')} ${text}`, without: { minScore: null, maxScore: null } }]
}

function date({ fromMs, toMs }: PhotoFilter): Condition[] {
  if (fromMs === null && toMs === null) return []
  const text = `${dayOf(fromMs) || '…'} – ${dayOf(toMs, -1) || '…'}`
  return [{ text, without: { fromMs: null, toMs: null } }]
}

function model({ modelId }: PhotoFilter, { modelName }: FilterNames): Condition[] {
  if (modelId === null) return []
  return [{ text: modelName?.(modelId) ?? t('library.model'), without: { modelId: null } }]
}
