// Changes of the rules while the user edits them; a rule that changes nothing is dropped.
import type { LabelCount } from '../../../../electron/contract/labels.ts'
import type { Rules } from '../../../../electron/contract/rules.ts'
import { compareNames } from '../../i18n/compare-names.ts'

/** Another minimum for one label; null takes the one for all. */
export function withMinimum(rules: Rules, name: string, minScore: number | null): Rules {
  const others = rules.perLabel.filter((rule) => rule.name !== name)
  const perLabel = minScore === null ? others : [...others, { name, minScore }]
  return { ...rules, perLabel: perLabel.toSorted((a, b) => compareNames(a.name, b.name)) }
}

/** Another name for a class: null hides it; its own name, or nothing, is no rule. */
export const withName = (rules: Rules, from: string, to: string | null): Rules => withNames(rules, [from], to)

/** The same name for all of these classes, which makes them one. */
export function withNames(rules: Rules, classes: readonly string[], to: string | null): Rules {
  const others = rules.mapping.filter((rule) => !classes.includes(rule.from))
  const name = to === null ? null : tidyName(to)
  const added = classes.filter((from) => name !== '' && name !== from).map((from) => ({ from, to: name }))
  return { ...rules, mapping: [...others, ...added] }
}

/** Names that models have in the user's language, by class, for the classes that have no rule yet. */
export function newNames(rules: Rules, names: Readonly<Record<string, string>>): Rules['mapping'] {
  const ruled = new Set(rules.mapping.map(({ from }) => from))
  return Object.entries(names).flatMap(([from, to]) => (ruled.has(from) || from === to ? [] : [{ from, to }]))
}

/** `animal / cat/` is `animal/cat`. */
const tidyName = (name: string): string =>
  name
    .split('/')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('/')

/** The classes to show for a search: those with a rule first, then those that are suggested most. `textOf`: what is shown. */
export function orderClasses(
  rules: Rules,
  labels: readonly LabelCount[],
  wanted: string,
  limit: number,
  textOf: (name: string) => string = (name) => name,
): { readonly names: readonly string[]; readonly more: number } {
  const to = new Map(rules.mapping.map((rule) => [rule.from, rule.to]))
  const targets = new Set(to.values())
  const seen = new Map(labels.map(({ name, suggested }) => [name, suggested]))
  // A name that only the rules made is no class of a model.
  const names = [...new Set([...to.keys(), ...seen.keys()])].filter(
    (name) => to.has(name) || !targets.has(name),
  )
  const text = wanted.trim().toLowerCase()
  const found = names.filter((name) =>
    [name, textOf(name), to.get(name) ?? ''].some((one) => one.toLowerCase().includes(text)),
  )
  found.sort(
    (a, b) =>
      Number(to.has(b)) - Number(to.has(a)) || (seen.get(b) ?? 0) - (seen.get(a) ?? 0) || compareNames(a, b),
  )
  return { names: found.slice(0, limit), more: Math.max(0, found.length - limit) }
}
