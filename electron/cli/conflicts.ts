// What two libraries say otherwise of a photo, as sentences for people and as rows for scripts.
import type { MergeConflict } from '../contract/imports.ts'
import { printRow } from './print-row.ts'
import { toLine } from './terminal-text.ts'

const day = (atMs: number): string => new Date(atMs).toISOString()

/** `a.jpg: cat is confirmed here (time), rejected in shard.db (time); the later one holds: rejected`. */
export function describeConflict({ path, label, source, ...rest }: MergeConflict): string {
  const { sourceState, sourceAtMs, ownLabel, ownState, ownAtMs, holds } = rest
  const there = `${toLine(label)} is ${sourceState} in ${toLine(source)} (${day(sourceAtMs)})`
  const here = `${toLine(ownLabel)} is ${ownState} here (${day(ownAtMs)})`
  const end =
    holds === 'both' ? 'both hold' : `the later one holds: ${holds === 'own' ? ownState : sourceState}`
  return `${toLine(path)}: ${here}, ${there}; ${end}`
}

/** A row of `labelroom library conflicts`. */
export function printConflict({ path, label, source, ...rest }: MergeConflict): void {
  const { sourceState, sourceAtMs, ownLabel, ownState, ownAtMs, holds } = rest
  printRow(path, ownLabel, ownState, day(ownAtMs), label, sourceState, day(sourceAtMs), source, holds)
}
