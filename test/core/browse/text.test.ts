// Text: words of paths and labels from their beginnings, in any script.
import { expect, test } from 'vitest'
import { verbatim } from '../../../electron/texts/message.ts'
import { openTestLibrary } from './helpers.ts'

test('requires every word to start a word of the path or of a label', async () => {
  const library = openTestLibrary()
  const [beach, party] = library.addFiles({
    'Sommer 2021/Strand_IMG-0042.jpg': {},
    'Winter/party.final.jpg': {},
    'Winter/Café Müller.jpg': {},
    'Winter/text.txt': { problem: { kind: 'failed', reason: verbatim('no photo') } },
  })
  if (!beach || !party) throw new Error('no photos')
  library.predict(beach, { 'sea shore': 0.9, 'sand bar': 0.05 })
  library.store.annotations.confirm([party], 'people/family')
  library.store.annotations.reject([party], 'sea lion')
  const find = (text: string) => library.names({ text })
  expect(await find('strand')).toEqual(['Strand_IMG-0042.jpg'])
  expect(await find('IMG')).toEqual(['Strand_IMG-0042.jpg'])
  expect(await find('0042')).toEqual(['Strand_IMG-0042.jpg'])
  expect(await find('042')).toEqual([])
  expect(await find('img-00')).toEqual(['Strand_IMG-0042.jpg'])
  expect(await find('wint')).toEqual(['Café Müller.jpg', 'party.final.jpg', 'text.txt'])
  expect(await find('winter jpg')).toEqual(['Café Müller.jpg', 'party.final.jpg'])
  expect(await find('jpg  winter')).toEqual(['Café Müller.jpg', 'party.final.jpg'])
  expect(await find('cafe mull')).toEqual(['Café Müller.jpg'])
  expect(await find('shore')).toEqual(['Strand_IMG-0042.jpg'])
  expect(await find('sea')).toEqual(['Strand_IMG-0042.jpg'])
  expect(await find('sommer shore')).toEqual(['Strand_IMG-0042.jpg'])
  // Too unsure to count as a suggestion.
  expect(await find('sand')).toEqual([])
  expect(await find('winter shore')).toEqual([])
  expect(await find('family')).toEqual(['party.final.jpg'])
  expect(await find('people/fam')).toEqual(['party.final.jpg'])
  expect(await find('nothing')).toEqual([])
})

test('finds Chinese and Japanese by any part of a name', async () => {
  const library = openTestLibrary()
  const [cat] = library.addFiles({
    '2023北京旅行/小猫睡觉.jpg': {},
    '東京の旅/ラーメン.jpg': {},
    '大理/猫.jpg': {},
  })
  if (!cat) throw new Error('no photo')
  library.predict(cat, { '动物/猫咪': 0.5 })
  const find = (text: string) => library.names({ text })
  expect(await find('猫')).toEqual(['小猫睡觉.jpg', '猫.jpg'])
  expect(await find('小猫')).toEqual(['小猫睡觉.jpg'])
  expect(await find('猫小')).toEqual([])
  expect(await find('北京 睡')).toEqual(['小猫睡觉.jpg'])
  expect(await find('2023')).toEqual(['小猫睡觉.jpg'])
  expect(await find('咪')).toEqual(['小猫睡觉.jpg'])
  expect(await find('京')).toEqual(['小猫睡觉.jpg', 'ラーメン.jpg'])
  expect(await find('ーメ')).toEqual(['ラーメン.jpg'])
})

test("takes the syntax of SQLite's search as plain text", async () => {
  const library = openTestLibrary()
  library.addFiles({ 'a "b" c.jpg': {}, 'or.jpg': {} })
  const find = (text: string) => library.names({ text })
  expect(await find('"b"')).toEqual(['a "b" c.jpg'])
  expect(await find('or')).toEqual(['or.jpg'])
  expect(await find('a OR or')).toEqual([])
  expect(await find('words:a')).toEqual([])
  for (const nothing of ['', '  ', '-', '*', '"', '🙂', '( )']) expect(await find(nothing)).toHaveLength(2)
  for (const text of ['a*', '(a', "a'", '^a', 'a + b', '{a}', 'NEAR(a b)', '\0a'])
    await expect(find(text)).resolves.toBeInstanceOf(Array)
})

test('finds added names, and no removed ones', async () => {
  const library = openTestLibrary()
  library.addFiles({ 'first.jpg': {} })
  expect(await library.names({ text: 'first' })).toEqual(['first.jpg'])
  const [second] = library.addFiles({ 'second.jpg': {}, 'old/first.jpg': {} })
  if (!second) throw new Error('no photo')
  expect(await library.names({ text: 'first' })).toEqual(['first.jpg', 'first.jpg'])
  await library.client.labels.confirm({ photoIds: [second], name: 'brand new' })
  expect(await library.names({ text: 'brand' })).toEqual(['second.jpg'])
  library.store.files.forget({ from: '/p/', to: '/p0' }, 10)
  library.addFiles({ 'third.jpg': {} })
  expect(await library.names({ text: 'first' })).toEqual([])
  expect(await library.names({ text: 'third' })).toEqual(['third.jpg'])
})
