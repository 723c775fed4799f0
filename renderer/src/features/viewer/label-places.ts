// The numbers of a photo's labels: a decision moves no label, so that a digit means the same until another photo shows.
import type { Label } from '../../../../electron/contract/domain.ts'

export interface PlacedLabel {
  readonly label: Label
  /** From 1. */
  readonly number: number
}

/** The names in their places: those from before keep theirs, also while they are no labels of the photo. */
export const withPlaces = (names: readonly string[], labels: readonly Label[]): readonly string[] => [
  ...names,
  ...labels.flatMap(({ name }) => (names.includes(name) ? [] : [name])),
]

export function placed(names: readonly string[], labels: readonly Label[]): PlacedLabel[] {
  const places = withPlaces(names, labels)
  return labels
    .map((label) => ({ label, number: places.indexOf(label.name) + 1 }))
    .toSorted((a, b) => a.number - b.number)
}
