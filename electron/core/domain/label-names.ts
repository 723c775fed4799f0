// Numbers for labels within this process, so that rules and views compare numbers and not texts.
import { conceptOf, type ShownName } from './label-concept.ts'

/** Numbers start at 0 and count up; the number of a label never changes, and all names of a concept have the same. */
export interface LabelNames {
  idOf(name: string): number
  /** The name that shows. */
  nameOf(id: number): string
  /** The same text for all names of the label; see [Note: concepts]. */
  conceptOf(id: number): string
  /** How many there are. */
  readonly size: number
}

/** `shownName` is asked each time, since the user may spell a label in another way later. */
export function createLabelNames(shownName: ShownName = (name) => name): LabelNames {
  const names: string[] = []
  const concepts: string[] = []
  const ids = new Map<string, number>()
  return {
    idOf(name) {
      const concept = conceptOf(name)
      const known = ids.get(concept)
      if (known !== undefined) return known
      ids.set(concept, names.length)
      concepts.push(concept)
      return names.push(name) - 1
    },
    nameOf: (id) => shownName(names[id] ?? ''),
    conceptOf: (id) => concepts[id] ?? '',
    get size() {
      return names.length
    },
  }
}
