// Understands what is typed into the search field: labels, folders, cameras, dates and scores become conditions. Pure.
import { cameraName } from '../../../../electron/common/camera-name.ts'
import type { PhotoFilter } from '../../../../electron/contract/browse.ts'
import { dateOfWords } from './date-words.ts'

/** What words can mean in this library. */
export interface Vocabulary {
  readonly labels: readonly string[]
  /** How a label is written on the screen. */
  readonly textOf?: (name: string) => string
  readonly folders: readonly { readonly path: string; readonly name: string }[]
  readonly cameras: readonly string[]
}

export interface Understood {
  readonly change: Partial<PhotoFilter>
  /** The words that mean none of these; they are searched for as before. */
  readonly rest: string
}

/** Between the words that mean something. */
const fillers = new Set(
  'the a of in on at with from by and or over above more than photos pictures taken 的 在 和 与 或 拍 拍的 拍摄的 照片'.split(
    ' ',
  ),
)
/** One of them between labels asks for any, not for all. */
const anyWords = new Set(['or', '或', '或者'])
/** Makers of cameras as Chinese has them. */
const chineseMakers: Readonly<Record<string, string>> = {
  ...{ canon: '佳能', nikon: '尼康', sony: '索尼', fujifilm: '富士', panasonic: '松下', olympus: '奥林巴斯' },
  ...{ leica: '徕卡', pentax: '宾得', hasselblad: '哈苏', apple: '苹果', huawei: '华为', dji: '大疆' },
}
/** Kinds of animals, by the ends of their names in Chinese; 热狗 is no dog, and 熊猫 no cat. */
const chineseKinds: Readonly<Record<string, RegExp>> = {
  ...{ 狗: /犬$|(?<![热鬣])狗$/u, 猫: /(?<!熊)猫$/u, 鸟: /鸟$/u },
}
/** Names that end in another thing than what they name. */
const noKinds = new Set(['hot dog', 'sea lion', 'guinea pig'])
/** The longest name that is looked for, in words. */
const maxWords = 5

const fold = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trim()
/** `dogs` means `dog`. */
const forms = (text: string): string[] => [
  text,
  text.replace(/ies$/u, 'y'),
  text.replace(/es$/u, ''),
  text.replace(/s$/u, ''),
]

/** `>90%`, `90%+` and `over 90 %` ask for at least this score, `under 50%` and `50%以下` for at most this one. */
function scoreOf(text: string): Pick<PhotoFilter, 'minScore'> | Pick<PhotoFilter, 'maxScore'> | null {
  const form =
    /^(?:(<|≤|under|below|less than|at most|低于|不到|小于)|>|≥|高于|超过|大于)?\s*=?\s*(\d{1,3})\s*[%％]\s*(?:(以下)|以上|\+)?$/iu
  const found = form.exec(text)
  const score = Number(found?.[2]) / 100
  if (found === null || score > 1) return null
  return (found[1] ?? found[3]) === undefined ? { minScore: score } : { maxScore: score }
}

/** Returns the conditions that these words ask for; only whole names count. */
export function understand(text: string, vocabulary: Vocabulary, todayMs: number): Understood {
  const meaningOf = createLookup(vocabulary)
  const isKnown = (word: string) =>
    fillers.has(word) ||
    anyWords.has(word) ||
    meaningOf(word) !== null ||
    scoreOf(word) !== null ||
    dateOfWords(word, todayMs) !== null
  const words = text
    .trim()
    .split(/\s+/u)
    .filter(Boolean)
    .flatMap((word) => (/\p{Script=Han}/u.test(word) ? (parts(word, isKnown) ?? word) : word))
  const labels: string[] = []
  let areKinds = false
  const cameras: string[] = []
  let change: Partial<PhotoFilter> = {}
  const rest: string[] = []
  for (let at = 0; at < words.length;) {
    const used = longest(words, at, (phrase) => {
      const score = scoreOf(phrase)
      const date = dateOfWords(phrase, todayMs)
      const name = meaningOf(phrase)
      if (score !== null) change = { ...change, ...score }
      else if (date !== null) change = { ...change, ...date }
      else if (name?.kind === 'label') {
        labels.push(...name.values)
        areKinds ||= name.values.length > 1
      } else if (name?.kind === 'camera') cameras.push(...name.values)
      else if (name?.kind === 'folder') change = { ...change, folder: name.values[0] ?? null }
      else return false
      return true
    })
    if (used === 0) rest.push(words[at] ?? '')
    at += Math.max(1, used)
  }
  const isAny = rest.some((word) => anyWords.has(word.toLowerCase()))
  if (labels.length > 0)
    change = {
      ...change,
      labels: [...new Set(labels)],
      needsAllLabels: labels.length > 1 && !isAny && !areKinds,
    }
  if (cameras.length > 0) change = { ...change, cameras }
  const isUnderstood = Object.keys(change).length > 0
  const kept = isUnderstood ? rest.filter((word) => !fillers.has(word.toLowerCase())) : rest
  return { change, rest: kept.join(' ') }
}

/** Chinese is written without spaces: splits it into words where all of them are known, the longest first. */
function parts(text: string, isKnown: (word: string) => boolean): string[] | null {
  if (text === '') return []
  for (let end = text.length; end > 0; end--) {
    const word = text.slice(0, end)
    const others = isKnown(word) ? parts(text.slice(end), isKnown) : null
    if (others !== null) return [word, ...others]
  }
  return null
}

/** Tries the most words first; returns how many were taken. */
function longest(words: readonly string[], at: number, take: (phrase: string) => boolean): number {
  for (let count = Math.min(maxWords, words.length - at); count > 0; count--)
    if (take(words.slice(at, at + count).join(' '))) return count
  return 0
}

interface Meaning {
  readonly kind: 'label' | 'folder' | 'camera'
  /** Several cameras of one maker, or labels of one kind. */
  readonly values: readonly string[]
}

/**
 * Returns what a phrase means: what has this name, or else, as people say `dogs` of a `Maltese dog`, the labels that end in
 * it.
 */
function createLookup(vocabulary: Vocabulary): (phrase: string) => Meaning | null {
  const known = wholeNames(vocabulary)
  const { labels, textOf = (name: string) => name } = vocabulary
  const texts = labels.map((value) => ({ value, texts: [fold(value), fold(textOf(value))] }))
  return (phrase) => {
    const words = forms(fold(phrase))
    const whole = words.map((word) => known.get(word)).find(Boolean)
    if (whole !== undefined) return whole
    const kind = chineseKinds[phrase]
    const isKind = (text: string) =>
      kind?.test(text) ?? (!noKinds.has(text) && words.some((word) => text.endsWith(` ${word}`)))
    const values = texts.filter((label) => label.texts.some(isKind)).map(({ value }) => value)
    return values.length === 0 ? null : { kind: 'label', values }
  }
}

/** A label goes before a camera and a folder of the same name. */
function wholeNames({ labels, folders, cameras, textOf = (name) => name }: Vocabulary): Map<string, Meaning> {
  const known = new Map<string, Meaning>()
  const add = (name: string, kind: Meaning['kind'], value: string) => {
    const folded = fold(name)
    const before = known.get(folded)
    if (folded !== '' && before === undefined) known.set(folded, { kind, values: [value] })
    else if (kind === 'camera' && before?.kind === kind && !before.values.includes(value))
      known.set(folded, { kind, values: [...before.values, value] })
  }
  for (const value of labels) {
    add(value, 'label', value)
    add(value.slice(value.lastIndexOf('/') + 1), 'label', value)
    add(textOf(value), 'label', value)
  }
  for (const value of cameras) {
    add(value, 'camera', value)
    // `R5` and `EOS R5` mean `Canon EOS R5`; `Canon` and `Canon EOS` mean every camera whose name begins so.
    const words = cameraName(value).split(' ')
    add(chineseMakers[words[0]?.toLowerCase() ?? ''] ?? '', 'camera', value)
    for (const at of words.keys()) {
      add(words.slice(at).join(' '), 'camera', value)
      add(words.slice(0, at).join(' '), 'camera', value)
    }
  }
  for (const { path, name } of folders) add(name, 'folder', path)
  return known
}
