// The keywords of a file out of the fields in which programs write them: each once, as the name of a label.
//
// [Note: keywords] A keyword may have levels, as in a tree: `Animals|Cat` for Lightroom, `Animals/Cat` for digiKam, and
// `Animals/Cat` as a label. Programs write it into several fields, and its levels also flat into dc:subject, so a flat
// keyword that is a level of another one is not a keyword of its own. Nothing is read into a flat keyword: one with a
// comma, a `|` or digits alone is one keyword as it is.
import { maxLabelLength } from '../../common/label-name.ts'

/** How one field holds keywords. */
export interface KeywordField {
  /** For ExifTool. */
  readonly tag: string
  /** For `XmpProperties`; null: of IPTC. */
  readonly key: string | null
  /** Between levels; null: the field holds flat keywords. */
  readonly separator: '|' | '/' | null
}

export const keywordFields = [
  { tag: 'XMP-dc:Subject', key: 'dc:subject', separator: null },
  { tag: 'XMP-lr:HierarchicalSubject', key: 'lr:hierarchicalSubject', separator: '|' },
  { tag: 'XMP-digiKam:TagsList', key: 'digiKam:TagsList', separator: '/' },
  { tag: 'XMP-microsoft:LastKeywordXMP', key: 'MicrosoftPhoto:LastKeywordXMP', separator: '/' },
  { tag: 'XMP-microsoft:LastKeywordIPTC', key: 'MicrosoftPhoto:LastKeywordIPTC', separator: '/' },
  { tag: 'XMP-mediapro:CatalogSets', key: 'mediapro:CatalogSets', separator: '|' },
  { tag: 'IPTC:Keywords', key: null, separator: null },
] as const satisfies readonly KeywordField[]
export type KeywordTag = (typeof keywordFields)[number]['tag']

/** What each field of a file holds, as it is written there. */
export type KeywordLists = Readonly<Partial<Record<KeywordTag, readonly string[]>>>

/** Trees in which programs keep what is of no interest outside of them. */
const internalTrees = new Set(['darktable', '_Digikam_Internal_Tags_', '_Digikam_root_tag_'])
/** IPTC has room for so many bytes; longer ones are cut off there. */
const iptcKeywordBytes = 64
const maxKeywords = 1000

/** One spelling of a text: programs differ in accents, and a line break in a keyword is a slip. */
const clean = (text: string): string =>
  text
    .normalize('NFC')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()

/** The levels of a keyword as it is written in a field; none where it is empty. */
export function levelsOf(written: string, separator: KeywordField['separator']): string[] {
  const levels = separator === null ? [written] : written.split(separator)
  return levels.map(clean).filter((level) => level !== '')
}

/** The label that a keyword of a field stands for. */
export const nameOf = (written: string, { separator }: KeywordField): string =>
  levelsOf(written, separator).join('/')

/** See [Note: keywords]. */
export function keywordNames(lists: KeywordLists): string[] {
  const trees: string[][] = []
  const flat: string[] = []
  const fromIptc = new Set<string>()
  for (const { tag, separator } of keywordFields)
    for (const written of lists[tag] ?? []) {
      const levels = levelsOf(written, separator)
      const [only] = levels
      if (only === undefined) continue
      if (levels.length > 1) trees.push(levels)
      else flat.push(only)
      if (tag === 'IPTC:Keywords') fromIptc.add(only)
    }
  const names = new Set(trees.filter(([root]) => !isInternal(root)).map((levels) => levels.join('/')))
  const levels = new Set(trees.flat())
  const joined = new Set(trees.flatMap((tree) => [tree.join('/'), tree.join('|')]))
  for (const name of flat) if (!levels.has(name) && !joined.has(name) && !isInternal(name)) names.add(name)
  const all = [...names]
  const parents = new Set(all.flatMap((name) => ancestorsOf(name, trees)))
  return all
    .filter((name) => name.length <= maxLabelLength && !parents.has(name))
    .filter((name) => !fromIptc.has(name) || !isCutOff(name, all))
    .slice(0, maxKeywords)
}

const isInternal = (root: string | undefined): boolean => root !== undefined && internalTrees.has(root)

/** Some programs write each level of a tree as a tree of its own. */
const ancestorsOf = (name: string, trees: readonly (readonly string[])[]): string[] =>
  trees
    .filter((tree) => tree.join('/') === name)
    .flatMap((tree) => tree.slice(1).map((_, index) => tree.slice(0, index + 1).join('/')))

const isCutOff = (name: string, all: readonly string[]): boolean =>
  Buffer.byteLength(name) >= iptcKeywordBytes - 4 &&
  all.some((other) => other !== name && other.startsWith(name))
