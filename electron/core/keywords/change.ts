// What must change in the fields of a file so that it has the wanted keywords and stars; nothing but these is touched.
import { conceptOf } from '../domain/label-concept.ts'
import {
  keywordFields,
  keywordNames,
  levelsOf,
  nameOf,
  type KeywordField,
  type KeywordLists,
  type KeywordTag,
} from '../metadata/keywords.ts'

/** Words to take out of a field and to put into it, as they are written there. */
export interface FieldChange {
  readonly remove: readonly string[]
  readonly add: readonly string[]
}
/** One value: it is taken out only where it is there, and put in where there is none or that was taken out. */
export const ratingTag = 'XMP-xmp:Rating'
export type FieldChanges = Readonly<Partial<Record<KeywordTag | typeof ratingTag, FieldChange>>>

export interface KeywordChange {
  /** Names of labels. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly fields: FieldChanges
}

export interface WantedKeywords {
  /** Names of labels that the file is to have. */
  readonly wanted: ReadonlySet<string>
  /** Names that may be taken out: what Labelroom wrote, or the user confirmed here once. */
  readonly removable: ReadonlySet<string>
}

/** The tree of suggestions, so that nobody takes them for labels of the user. */
export const autoTree = 'auto'
export const autoName = (name: string): string => `${autoTree}/${name}`
const isAuto = (name: string): boolean => name.startsWith(`${autoTree}/`)

/** IPTC has room for so many bytes. */
const iptcKeywordBytes = 64
const isAscii = (text: string): boolean => /^[\u0020-\u007e]*$/.test(text)

/**
 * Which names come and go, in the order of their names. Another program's spelling of a wanted name stays; one that is
 * Labelroom's own makes room for the wanted one.
 */
export function namesToChange(
  present: Iterable<string>,
  { wanted, removable }: WantedKeywords,
): { readonly added: string[]; readonly removed: string[] } {
  const has = new Set(present)
  const concepts = conceptsOf(wanted)
  const mayGo = conceptsOf(removable)
  const goes = (name: string) =>
    concepts.has(conceptOf(name)) ? removable.has(name) && !wanted.has(name) : mayGo.has(conceptOf(name))
  const removed = [...has].filter(goes).sort()
  const left = conceptsOf([...has].filter((name) => !removed.includes(name)))
  return { added: [...wanted].filter((name) => !left.has(conceptOf(name))).sort(), removed }
}

const conceptsOf = (names: Iterable<string>): Set<string> => new Set([...names].map(conceptOf))

/**
 * Returns null where the file is as wanted. Else every field for trees gets all keywords of the file, since programs read
 * the first field that is there and would miss those of other ones.
 * @param iptc the IPTC records of the file; null where it has none, and gets none.
 */
export function changeKeywords(
  lists: KeywordLists,
  iptc: { readonly isUtf8: boolean } | null,
  keywords: WantedKeywords,
): KeywordChange | null {
  const present = keywordNames(lists)
  const { added, removed } = namesToChange(present, keywords)
  if (added.length === 0 && removed.length === 0) return null
  const after = [...present.filter((name) => !removed.includes(name)), ...added]
  const fields: Partial<Record<KeywordTag, FieldChange>> = {}
  for (const field of keywordFields) {
    const written = lists[field.tag] ?? []
    const remove = written.filter((text) => isGone(text, field, removed, after))
    const kept = new Set(written.filter((text) => !remove.includes(text)).map((text) => nameOf(text, field)))
    const texts = isFilled(field, lists, iptc)
      ? after.flatMap((name) => textFor(name, field, iptc) ?? [])
      : []
    const add = [...new Set(texts)].filter((text) => !kept.has(nameOf(text, field)))
    if (remove.length > 0 || add.length > 0) fields[field.tag] = { remove: [...new Set(remove)], add }
  }
  return { added, removed, fields }
}

/** The fields of XMP that programs of today read; IPTC, where the file has keywords there. */
const isFilled = ({ tag }: KeywordField, lists: KeywordLists, iptc: { readonly isUtf8: boolean } | null) =>
  tag === 'XMP-dc:Subject' ||
  tag === 'XMP-lr:HierarchicalSubject' ||
  tag === 'XMP-digiKam:TagsList' ||
  (tag === 'IPTC:Keywords' && iptc !== null && lists[tag] !== undefined)

const leafOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

/** A keyword as a field holds it; null where it has no place for it. */
function textFor(
  name: string,
  { tag, separator }: KeywordField,
  iptc: { readonly isUtf8: boolean } | null,
): string | null {
  if (separator !== null) return name.split('/').join(separator)
  // Programs that read flat keywords alone would show a suggestion as a keyword.
  if (isAuto(name)) return null
  const leaf = leafOf(name)
  if (tag !== 'IPTC:Keywords') return leaf
  const fits = Buffer.byteLength(leaf) <= iptcKeywordBytes && (iptc?.isUtf8 === true || isAscii(leaf))
  return fits ? leaf : null
}

/** Whether a text of a field is a removed keyword, and no level of one that stays. */
function isGone(
  text: string,
  field: KeywordField,
  removed: readonly string[],
  after: readonly string[],
): boolean {
  const name = nameOf(text, field)
  if (field.separator !== null && levelsOf(text, field.separator).length > 1) return removed.includes(name)
  const isLevel = after.some((other) => other === name || other.split('/').includes(name))
  return !isLevel && removed.some((other) => other === name || leafOf(other) === name)
}

/** @param present the file's xmp:Rating as it is written there */
export const changeRating = (present: string | null, wanted: string | null): FieldChanges => ({
  [ratingTag]: { remove: present === null ? [] : [present], add: wanted === null ? [] : [wanted] },
})

/** What takes the change back. */
export const opposite = (fields: FieldChanges): FieldChanges =>
  Object.fromEntries(
    Object.entries(fields).map(([tag, { remove, add }]) => [tag, { remove: add, add: remove }]),
  )
