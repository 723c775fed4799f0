// What a file holds of keywords and stars, without what Labelroom wrote: from it follows what the file is to hold.
//
// [Note: following] Keywords that are written as the user labels have no steps of their own: they follow the labels, also
// an undo. So what a file is to hold is made anew each time, out of what it held before Labelroom ever wrote into it, and
// of the labels. What another program changed since is found by comparing the file with how Labelroom left it, and is
// the file's own from then on. Its own words go only where the user took the label away here, and come back as they were
// when that is undone; one that another program gives again stays. Before a file is written, how it was found is noted
// beside what it is to hold, since the write may fail.
import { conceptOf } from '../domain/label-concept.ts'
import { ratingToWrite, type OwnRating } from '../domain/rating.ts'
import { ratingOfText, type ReadMetadata } from '../metadata/file-metadata.ts'
import { keywordFields, keywordNames, type KeywordLists, type KeywordTag } from '../metadata/keywords.ts'
import type { FileKeywords } from '../store/tables/keyword-queue.ts'
import { changeKeywords, changeRating, ratingTag, type FieldChanges, type WantedKeywords } from './change.ts'

export interface Held {
  readonly lists: KeywordLists
  /** xmp:Rating as it is written there. */
  readonly rating: string | null
}

/** As `Held`, and what the file lost of it because the user took labels away, or got again since from another program. */
export interface OwnWords {
  readonly original: Held
  readonly gone: readonly string[]
  readonly again: readonly string[]
}

export const holdsNothing: Held = { lists: {}, rating: null }

/** Of a file that holds what Labelroom wrote alone. */
export const noOwnWords: OwnWords = { original: holdsNothing, gone: [], again: [] }

const tags: readonly KeywordTag[] = keywordFields.map(({ tag }) => tag)

const toLists = (entries: readonly (readonly [KeywordTag, readonly string[]])[]): KeywordLists =>
  Object.fromEntries(entries.filter(([, texts]) => texts.length > 0))

export const heldOf = ({ lists, ratingText }: Pick<ReadMetadata, 'lists' | 'ratingText'>): Held => ({
  lists,
  rating: ratingText,
})

/** What the file holds after the changes. */
export function changed({ lists, rating }: Held, changes: FieldChanges): Held {
  const after = tags.map((tag) => {
    const { remove = [], add = [] } = changes[tag] ?? {}
    const kept = (lists[tag] ?? []).filter((text) => !remove.includes(text))
    return [tag, [...kept, ...add.filter((text) => !kept.includes(text))]] as const
  })
  const stars = changes[ratingTag]
  return { lists: toLists(after), rating: stars === undefined ? rating : (stars.add[0] ?? null) }
}

/** Returns null where there is none. */
export function difference(before: Held, after: Held): FieldChanges | null {
  const changes = tags.flatMap((tag) => {
    const [old, wanted] = [before.lists[tag] ?? [], after.lists[tag] ?? []]
    const remove = [...new Set(old.filter((text) => !wanted.includes(text)))]
    const add = wanted.filter((text) => !old.includes(text))
    return remove.length + add.length === 0 ? [] : [[tag, { remove, add }] as const]
  })
  const isRated = before.rating !== after.rating
  if (changes.length === 0 && !isRated) return null
  return {
    ...Object.fromEntries(changes),
    ...(isRated ? changeRating(before.rating, after.rating) : {}),
  }
}

const conceptsIn = ({ lists }: Held): ReadonlySet<string> => new Set(keywordNames(lists).map(conceptOf))

/** What the file holds without Labelroom's words, where it was looked at before. */
export function ownWords(known: FileKeywords, present: Held): OwnWords {
  const { original, written, before } = known
  // A write that failed, or was cut short, left the file as it was found.
  const isWritten = before === undefined || difference(written, present) === null
  const { held: left, gone } = isWritten ? { held: written, gone: known.gone } : before
  const lists = tags.map((tag) => {
    const [now, old, meant] = [present.lists[tag] ?? [], left.lists[tag] ?? [], written.lists[tag] ?? []]
    const own = (original.lists[tag] ?? []).filter((text) => now.includes(text) || !old.includes(text))
    const isOurs = (text: string) => old.includes(text) || (!isWritten && meant.includes(text))
    return [tag, [...own, ...now.filter((text) => !isOurs(text) && !own.includes(text))]] as const
  })
  const isRatedSince = present.rating !== left.rating && (isWritten || present.rating !== written.rating)
  const [concepts, leftConcepts] = [conceptsIn(present), conceptsIn(left)]
  const isThere = (name: string) => concepts.has(conceptOf(name))
  const given = gone.filter((name) => isThere(name) && !leftConcepts.has(conceptOf(name)))
  return {
    original: { lists: toLists(lists), rating: isRatedSince ? present.rating : original.rating },
    gone: gone.filter((name) => !isThere(name)),
    again: [...new Set([...known.again.filter(isThere), ...given])],
  }
}

/** The same of a file that is looked at first: all but the names that an earlier version of Labelroom wrote. */
export function firstWords(
  present: Held,
  iptc: ReadMetadata['iptc'],
  written: ReadonlySet<string>,
): OwnWords {
  const change = changeKeywords(present.lists, iptc, { wanted: new Set(), removable: written })
  return { original: change === null ? present : changed(present, change.fields), gone: [], again: [] }
}

export interface Following extends WantedKeywords {
  readonly ownRating: OwnRating
}

/**
 * What the file is to hold, and which of its own names are gone then.
 * @param wanted `removable` holds the labels that the user took away.
 */
export function follow(
  { original, gone, again }: OwnWords,
  iptc: ReadMetadata['iptc'],
  { wanted, removable, ownRating }: Following,
): { readonly held: Held; readonly gone: string[]; readonly again: string[] } {
  const given = new Set(again.map(conceptOf))
  const taken = [...removable].filter((name) => !given.has(conceptOf(name)))
  const change = changeKeywords(original.lists, iptc, { wanted, removable: new Set([...taken, ...gone]) })
  const rating = ratingToWrite(ownRating, ratingOfText(original.rating))
  const held = changed(original, {
    ...change?.fields,
    ...(rating === null ? {} : changeRating(original.rating, String(rating))),
  })
  const meant = new Set([...wanted].map(conceptOf))
  return {
    held,
    gone: [...(change?.removed ?? [])],
    // Once the user gives the label too, taking it away is a new word.
    again: again.filter((name) => !meant.has(conceptOf(name))),
  }
}
