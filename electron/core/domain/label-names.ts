// Numbers for names of labels within this process, so that rules and views compare numbers and not texts.

/** Numbers start at 0 and count up; the number of a name never changes. */
export interface LabelNames {
  idOf(name: string): number
  nameOf(id: number): string
  /** How many there are. */
  readonly size: number
}

export function createLabelNames(): LabelNames {
  const names: string[] = []
  const ids = new Map<string, number>()
  return {
    idOf(name) {
      const known = ids.get(name)
      if (known !== undefined) return known
      ids.set(name, names.length)
      return names.push(name) - 1
    },
    nameOf: (id) => names[id] ?? '',
    get size() {
      return names.length
    },
  }
}
