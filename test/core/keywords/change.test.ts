// Which words of which fields change, so that the file has the wanted keywords and everything else stays.
import { expect, test } from 'vitest'
import { changeKeywords, opposite } from '../../../electron/core/keywords/change.ts'
import { keywordNames, type KeywordLists } from '../../../electron/core/metadata/keywords.ts'

const change = (
  lists: KeywordLists,
  wanted: readonly string[],
  removable: readonly string[] = [],
  iptc: { isUtf8: boolean } | null = null,
) => changeKeywords(lists, iptc, { wanted: new Set(wanted), removable: new Set(removable) })

/** The lists after the change. */
function after(lists: KeywordLists, ...rest: [wanted: readonly string[], removable?: readonly string[]]) {
  const fields = Object.entries(change(lists, ...rest)?.fields ?? {})
  const changed = fields.map(([tag, { remove, add }]) => {
    const kept = (lists[tag as keyof KeywordLists] ?? []).filter((word) => !remove.includes(word))
    return [tag, [...kept, ...add]] as const
  })
  return { ...lists, ...Object.fromEntries(changed) } as KeywordLists
}

test('a keyword with levels goes into the fields of Lightroom and digiKam, and its last level into dc:subject', () => {
  expect(change({}, ['Animals/Cat'])?.fields).toEqual({
    'XMP-dc:Subject': { remove: [], add: ['Cat'] },
    'XMP-lr:HierarchicalSubject': { remove: [], add: ['Animals|Cat'] },
    'XMP-digiKam:TagsList': { remove: [], add: ['Animals/Cat'] },
  })
})

test('a file that has the keyword in any field is not written, and a second run changes nothing', () => {
  expect(change({ 'XMP-dc:Subject': ['beach'] }, ['beach'])).toBeNull()
  const once = after({ 'XMP-dc:Subject': ['beach'] }, ['owl', 'Animals/Cat'])
  expect(change(once, ['owl', 'Animals/Cat'])).toBeNull()
})

test('a keyword in another spelling is the same one: theirs stays, ours becomes the wanted one, and a cleared label takes out both', () => {
  const theirs = { 'XMP-dc:Subject': ['Great_Grey_Owl', 'n01698640'] }
  expect(change(theirs, ['great grey owl', 'American alligator'])).toBeNull()
  expect(change(theirs, ['great grey owl', 'n01698640'], ['Great_Grey_Owl'])).toMatchObject({
    added: ['great grey owl'],
    removed: ['Great_Grey_Owl'],
  })
  expect(change(theirs, [], ['great grey owl', 'American_alligator'])?.removed).toEqual([
    'Great_Grey_Owl',
    'n01698640',
  ])
})

test('a field that is new gets the keywords of the others too, since programs read the first field that is there', () => {
  expect(after({ 'XMP-dc:Subject': ['beach'] }, ['owl'])['XMP-digiKam:TagsList']).toEqual(['beach', 'owl'])
})

test('only words that are ours are taken out, and a level of one that stays is none of them', () => {
  const lists = {
    'XMP-dc:Subject': ['Cat', 'Animals', 'theirs', 'mine'],
    'XMP-lr:HierarchicalSubject': ['Animals|Cat', 'theirs', 'mine'],
    'XMP-microsoft:LastKeywordXMP': ['mine'],
  }
  const removed = after(lists, [], ['mine'])
  expect(keywordNames(removed)).toEqual(['Animals/Cat', 'theirs'])
  expect(removed['XMP-dc:Subject']).toEqual(['Cat', 'Animals', 'theirs'])
  expect(keywordNames(after(lists, ['Pets/Cat'], ['Animals/Cat']))).toContain('Pets/Cat')
  expect(after(lists, ['Pets/Cat'], ['Animals/Cat'])['XMP-dc:Subject']).toContain('Cat')
})

test('suggestions are no flat keywords', () => {
  expect(change({}, ['auto/owl'])?.fields['XMP-dc:Subject']).toBeUndefined()
  expect(change({}, ['auto/owl'])?.fields['XMP-lr:HierarchicalSubject']?.add).toEqual(['auto|owl'])
})

test('IPTC is written where the file has keywords there, and only words that its character set and its 64 bytes hold', () => {
  const lists = { 'IPTC:Keywords': ['old'] }
  const words = ['owl', '猫', 'w'.repeat(65)]
  const addedTo = (iptc: { isUtf8: boolean } | null) =>
    change(lists, words, [], iptc)?.fields['IPTC:Keywords']?.add
  expect(addedTo({ isUtf8: true })).toEqual(['owl', '猫'])
  expect(addedTo({ isUtf8: false })).toEqual(['owl'])
  expect(change({}, words, [], { isUtf8: true })?.fields['IPTC:Keywords']).toBeUndefined()
})

test('the opposite of a change takes out what it put in', () => {
  expect(opposite({ 'XMP-dc:Subject': { remove: ['a'], add: ['b'] } })).toEqual({
    'XMP-dc:Subject': { remove: ['b'], add: ['a'] },
  })
})
