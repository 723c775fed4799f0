// Under which names suggestions show once the rules are others.
import { withAncestors } from '../../common/label-renames.ts'
import type { Renamed } from '../../contract/renames.ts'
import type { Rules } from '../../contract/rules.ts'
import { conceptOf } from './label-concept.ts'

/**
 * Returns the labels that the classes, which are asked for where they matter, showed under other names, and those above them whose classes all show below another
 * one. What shows under none any more is left out.
 */
export function renamedSuggestions(before: Rules, after: Rules, classes: () => readonly string[]): Renamed {
  if (JSON.stringify(before.mapping) === JSON.stringify(after.mapping)) return []
  const [shownBefore, shownAfter] = [shownBy(before), shownBy(after)]
  const all = [...new Set([...classes(), ...[...before.mapping, ...after.mapping].map(({ from }) => from)])]
  const names = new Map<string, Set<string>>()
  for (const one of all) {
    const [from, to] = [shownBefore(one), shownAfter(one)]
    if (from !== null && to !== null) names.set(from, (names.get(from) ?? new Set()).add(to))
  }
  return [...names, ...ancestorsOf(names)]
    .map(([name, others]) => ({ name, names: [...others] }))
    .filter(({ name, names: others }) => others.length > 1 || others[0] !== name)
}

/** What labels above those that show are called afterwards, as far as their classes keep their last levels. */
function ancestorsOf(names: ReadonlyMap<string, ReadonlySet<string>>): [string, Set<string>][] {
  const above = new Map<string, Set<string>>()
  for (const [name, others] of names)
    for (const ancestor of withAncestors([name]).filter((one) => !names.has(one))) {
      const rest = name.slice(ancestor.length)
      const found = above.get(ancestor) ?? new Set()
      for (const other of others) if (other.endsWith(rest)) found.add(other.slice(0, -rest.length))
      // Some of it stays: what asks for it goes on doing so.
      if ([...others].some((other) => other.startsWith(`${ancestor}/`))) found.add(ancestor)
      above.set(ancestor, found)
    }
  return [...above].filter(([name, others]) => others.size > 0 && !others.has(name))
}

/** Returns what a class shows under; null where it is hidden. */
function shownBy({ mapping }: Rules): (name: string) => string | null {
  const targets = new Map(mapping.map(({ from, to }) => [conceptOf(from), to]))
  return (name) => {
    const to = targets.get(conceptOf(name))
    return to === undefined ? name : to
  }
}
