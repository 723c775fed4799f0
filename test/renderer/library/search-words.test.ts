// What the search field makes of words: labels, folders, cameras, dates, scores.
import { expect, test } from 'vitest'
import { dateOfWords } from '../../../renderer/src/features/library/date-words.ts'
import { understand } from '../../../renderer/src/features/library/search-words.ts'

const today = new Date(2026, 4, 20).getTime()
const vocabulary = {
  labels: ['dog', 'animal/cat', 'golden retriever', 'birthday party'],
  folders: [{ path: '/p/Café trip', name: 'Café trip' }],
  cameras: ['Canon EOS R5'],
}
const day = (year: number, month: number, date = 1) => new Date(year, month - 1, date).getTime()
const say = (text: string) => understand(text, vocabulary, today)

test('one line asks for a label, a month and a score', () => {
  expect(say('dogs of June 2024 over 90%')).toEqual({
    change: {
      labels: ['dog'],
      needsAllLabels: false,
      fromMs: day(2024, 6),
      toMs: day(2024, 7),
      minScore: 0.9,
    },
    rest: '',
  })
})

test('names of several words, of folders and of cameras are found whatever their case and accents', () => {
  expect(say('Golden Retriever cafe trip eos r5')).toEqual({
    change: {
      labels: ['golden retriever'],
      needsAllLabels: false,
      folder: '/p/Café trip',
      cameras: ['Canon EOS R5'],
    },
    rest: '',
  })
  expect(say('cat dog').change).toEqual({ labels: ['animal/cat', 'dog'], needsAllLabels: true })
})

test('a maker means all of its cameras, however often EXIF repeats it, in both languages', () => {
  const cameras = ['Canon Canon EOS 10D', 'Canon EOS R5', 'NIKON CORPORATION NIKON D50', 'SONY DSC-H2']
  const ask = (text: string) => understand(text, { ...vocabulary, cameras }, today)
  expect(ask('cats or dogs 2021 canon')).toEqual({
    change: {
      labels: ['animal/cat', 'dog'],
      needsAllLabels: false,
      fromMs: day(2021, 1),
      toMs: day(2022, 1),
      cameras: ['Canon Canon EOS 10D', 'Canon EOS R5'],
    },
    rest: '',
  })
  expect(ask('Canon EOS').change).toEqual({ cameras: ['Canon Canon EOS 10D', 'Canon EOS R5'] })
  expect(ask('canon eos 10d').change).toEqual({ cameras: ['Canon Canon EOS 10D'] })
  expect(ask('nikon').change).toEqual({ cameras: ['NIKON CORPORATION NIKON D50'] })
  expect(ask('佳能和索尼').change).toEqual({
    cameras: ['Canon Canon EOS 10D', 'Canon EOS R5', 'SONY DSC-H2'],
  })
})

test('other words are searched for as they are', () => {
  expect(say('IMG 0042 of the sea')).toEqual({ change: {}, rest: 'IMG 0042 of the sea' })
  expect(say('dog at the beach')).toEqual({
    change: { labels: ['dog'], needsAllLabels: false },
    rest: 'beach',
  })
})

test('an "or" between labels asks for any of them, and "under" for at most a score', () => {
  expect(say('cats or dogs under 50%')).toEqual({
    change: { labels: ['animal/cat', 'dog'], needsAllLabels: false, maxScore: 0.5 },
    rest: '',
  })
})

test('a kind means every label that ends in its name, where none is called so', () => {
  const labels = ['Maltese dog', 'Bernese mountain dog', 'dogsled', 'hot dog', 'birthday party']
  const ask = (text: string, more: readonly string[] = []) =>
    understand(text, { ...vocabulary, labels: [...labels, ...more] }, today).change
  const dogs = { labels: ['Maltese dog', 'Bernese mountain dog'], needsAllLabels: false }
  expect(ask('dogs over 90%')).toEqual({ ...dogs, minScore: 0.9 })
  expect(ask('dogs', ['dog'])).toEqual({ labels: ['dog'], needsAllLabels: false })
  expect(ask('hot dog')).toEqual({ labels: ['hot dog'], needsAllLabels: false })
  expect(ask('parties')).toEqual({ labels: ['birthday party'], needsAllLabels: false })
  expect(ask('sled')).toEqual({})
})

test('a kind in Chinese means the labels that are shown so', () => {
  const shown: Record<string, string> = {
    ...{ 'golden retriever': '金毛寻回犬', dalmatian: '斑点狗', hotdog: '热狗', hyena: '鬣狗' },
    ...{ tabby: '虎斑猫', 'giant panda': '大熊猫' },
  }
  const textOf = (name: string) => shown[name] ?? name
  const ask = (text: string) =>
    understand(text, { ...vocabulary, labels: Object.keys(shown), textOf }, today).change
  expect(ask('六月的狗90%以上')).toEqual({
    labels: ['golden retriever', 'dalmatian'],
    needsAllLabels: false,
    fromMs: day(2025, 6),
    toMs: day(2025, 7),
    minScore: 0.9,
  })
  expect(ask('猫')).toEqual({ labels: ['tabby'], needsAllLabels: false })
})

test('Chinese is understood without spaces, where all of it is', () => {
  const textOf = (name: string) => ({ dog: '狗', 'animal/cat': '猫' })[name] ?? name
  const ask = (text: string) => understand(text, { ...vocabulary, textOf }, today)
  expect(ask('2024年6月拍的狗90%以上')).toEqual({
    change: {
      labels: ['dog'],
      needsAllLabels: false,
      fromMs: day(2024, 6),
      toMs: day(2024, 7),
      minScore: 0.9,
    },
    rest: '',
  })
  expect(ask('去年的猫和狗的照片').change).toMatchObject({
    labels: ['animal/cat', 'dog'],
    needsAllLabels: true,
  })
  expect(ask('猫或狗').change).toEqual({ labels: ['animal/cat', 'dog'], needsAllLabels: false })
  // Another word that ends so.
  expect(ask('热狗')).toEqual({ change: {}, rest: '热狗' })
})

test.each([
  ['2024', day(2024, 1), day(2025, 1)],
  ['2024-06', day(2024, 6), day(2024, 7)],
  ['2024年6月', day(2024, 6), day(2024, 7)],
  ['2024-06-12', day(2024, 6, 12), day(2024, 6, 13)],
  ['jun', day(2025, 6), day(2025, 7)],
  ['March', day(2026, 3), day(2026, 4)],
  ['6月', day(2025, 6), day(2025, 7)],
  ['yesterday', day(2026, 5, 19), day(2026, 5, 20)],
  ['去年', day(2025, 1), day(2026, 1)],
])('%s is a date', (words, fromMs, toMs) => {
  expect(dateOfWords(words, today)).toEqual({ fromMs, toMs })
})

test.each(['0042', '12', 'june july', 'marching', '2024-13'])('%s is none', (words) => {
  expect(dateOfWords(words, today)).toBeNull()
})
