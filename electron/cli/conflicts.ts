// What two libraries say otherwise of a photo, as sentences for people and as rows for scripts.
import type { LabelConflict, MergeConflict, RatingConflict } from '../contract/imports.ts'
import { printRow } from './print-row.ts'
import { toLine } from './terminal-text.ts'

const day = (atMs: number): string => new Date(atMs).toISOString()

const flags: Readonly<Record<number, string>> = { 1: 'a pick', 0: 'no flag' }
const describeRating = ({ about }: RatingConflict, value: number): string =>
  about === 'stars' ? `${value} ${value === 1 ? 'star' : 'stars'}` : (flags[value] ?? 'a reject')

/** `a.jpg: cat is confirmed here (time), rejected in shard.db (time); the later one holds: rejected`. */
export function describeConflict(conflict: MergeConflict): string {
  return `${toLine(conflict.path)}: ${conflict.about === 'label' ? ofLabel(conflict) : ofRating(conflict)}`
}

function ofLabel({ label, source, ...rest }: LabelConflict): string {
  const { sourceState, sourceAtMs, ownLabel, ownState, ownAtMs, holds } = rest
  const there = `${toLine(label)} is ${sourceState} in ${toLine(source)} (${day(sourceAtMs)})`
  const here = `${toLine(ownLabel)} is ${ownState} here (${day(ownAtMs)})`
  const end =
    holds === 'both' ? 'both hold' : `the later one holds: ${holds === 'own' ? ownState : sourceState}`
  return `${here}, ${there}; ${end}`
}

/** `3 stars here, 5 stars in other.db; what is here holds`. */
function ofRating(conflict: RatingConflict): string {
  const { source, sourceValue, ownValue } = conflict
  const [here, there] = [ownValue, sourceValue].map((value) => describeRating(conflict, value))
  return `${here} here, ${there} in ${toLine(source)}; what is here holds`
}

/** A row of `labelroom library conflicts`. */
export function printConflict(conflict: MergeConflict): void {
  const { about, path, source } = conflict
  if (about !== 'label') {
    const { ownValue, sourceValue } = conflict
    printRow(path, about, String(ownValue), '', about, String(sourceValue), '', source, 'own')
    return
  }
  const { label, sourceState, sourceAtMs, ownLabel, ownState, ownAtMs, holds } = conflict
  printRow(path, ownLabel, ownState, day(ownAtMs), label, sourceState, day(sourceAtMs), source, holds)
}
