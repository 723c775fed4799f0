// Taggers: models that give a photo several labels, which come with lists of tags instead of class names.
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { msg } from '../../electron/texts/message.ts'
import { isFile, readJson, reading, readText } from '../checkpoint/files.ts'
import { ModelError } from '../model-error.ts'

export interface Tag {
  readonly name: string
  /** In lower case, such as `general`, `character` or `rating`; null where the list has none. */
  readonly category: string | null
  /** The score from which its authors count the tag as found; null where they give none for it. */
  readonly threshold: number | null
}

export interface Tagger {
  /** Whose rules for photos apply; `other` where only the names of the tags are known. */
  readonly layout: 'wd' | 'joytag' | 'camie' | 'cl' | 'other'
  /** The list of tags, for messages. */
  readonly file: string
  /** In the order of the logits. */
  readonly tags: readonly Tag[]
  /** The thresholds of tags without one of their own. */
  readonly thresholds: Thresholds
}

/** The scores from which tags count as found: those of characters, which are rarely right below it, and all others. */
export interface Thresholds {
  readonly general: number
  readonly character: number
}

/** What the demos of these taggers start with. */
const wdThresholds: Thresholds = { general: 0.35, character: 0.85 }
const thresholdsOf: Readonly<Record<Tagger['layout'], Thresholds>> = {
  wd: wdThresholds,
  joytag: { general: 0.4, character: 0.4 },
  camie: { general: 0.5, character: 0.5 },
  cl: { general: 0.55, character: 0.6 },
  other: wdThresholds,
}

/** Danbooru's numbers of categories. */
const danbooruCategories: Readonly<Record<string, string>> = {
  0: 'general',
  1: 'artist',
  3: 'copyright',
  4: 'character',
  5: 'meta',
  9: 'rating',
}

/** The files of which one makes a folder a tagger's; each reads its own, or finds none. */
export const tagFiles = [
  'selected_tags.csv',
  'top_tags.txt',
  'tag_mapping.json',
  'tags.json',
  'categories.json',
  'thresholds.csv',
  'preprocess.json',
] as const

/** How the names of tags become labels. */
interface TagNaming {
  /** Leaves names as they are in the list. */
  readonly keepsUnderscores?: boolean
  /** Makes categories parent labels. */
  readonly groupsTags?: boolean
}

/** Names like `long_hair` have spaces where people read them; faces like `^_^` and `o_o` stay. */
const withSpaces = (name: string): string => (/[a-z0-9)]{2}/i.test(name) ? name.replaceAll('_', ' ') : name)

/**
 * The tagger in a folder; null where it has no list of tags.
 * @throws ModelError `model-invalid` naming the file that cannot be read as its layout wants.
 */
export async function readTagger(folder: string, naming: TagNaming = {}): Promise<Tagger | null> {
  const found =
    (await readSelectedTags(folder)) ??
    (await readTopTags(folder)) ??
    (await readCamie(folder)) ??
    (await readTagMapping(folder)) ??
    (await readTagsJson(folder))
  if (found === null) return null
  const { keepsUnderscores = false, groupsTags = true } = naming
  const nameOf = ({ name, category }: Tag): string => {
    const shown = keepsUnderscores ? name : withSpaces(name)
    // A slash of its own, as in the face `:/`, would part the name into levels.
    return groupsTags && category !== null && !name.includes('/') ? `${category}/${shown}` : shown
  }
  return { ...found, tags: found.tags.map((tag) => ({ ...tag, name: nameOf(tag) })) }
}

const Row = z.record(z.string(), z.string())

async function readRows(file: string): Promise<Record<string, string>[]> {
  const text = await readText(file)
  try {
    return z
      .array(Row)
      .parse(parse(text, { columns: true, skip_empty_lines: true, relax_column_count: true, trim: true }))
  } catch (error) {
    throw new ModelError(
      'model-invalid',
      msg('{{file}} is no table of tags; download or copy it again.', { file }),
      { cause: error },
    )
  }
}

/** wd taggers, and those of DeepGHS and animetimm, which add thresholds and names of categories. */
async function readSelectedTags(folder: string): Promise<Tagger | null> {
  const file = join(folder, 'selected_tags.csv')
  if (!(await isFile(file))) return null
  const categories = await readCategories(folder)
  const ofCategories = await readThresholds(folder)
  const tags = (await readRows(file)).map((row): Tag => {
    const name = row['name'] ?? row['tag'] ?? ''
    const number = row['category'] ?? ''
    const category = categories.get(number) ?? danbooruCategories[number] ?? (number === '' ? null : number)
    const threshold = numberIn(row['best_threshold']) ?? ofCategories.get(number) ?? null
    return { name, category, threshold }
  })
  return { layout: 'wd', file, tags, thresholds: thresholdsOf.wd }
}

function numberIn(text: string | undefined): number | null {
  const value = Number(text)
  return text !== undefined && text !== '' && value >= 0 && value <= 1 ? value : null
}

const Categories = z.union([
  z
    .array(z.looseObject({ category: z.union([z.number(), z.string()]), name: z.string() }))
    .transform((list) => new Map(list.map(({ category, name }) => [String(category), name.toLowerCase()]))),
  z
    .record(z.string(), z.string())
    .transform((table) => new Map(Object.entries(table).map(([key, name]) => [key, name.toLowerCase()]))),
])

async function readCategories(folder: string): Promise<ReadonlyMap<string, string>> {
  return (await readJson(join(folder, 'categories.json'), Categories)) ?? new Map()
}

/** A threshold for each category. */
async function readThresholds(folder: string): Promise<ReadonlyMap<string, number>> {
  const file = join(folder, 'thresholds.csv')
  if (!(await isFile(file))) return new Map()
  const rows = await readRows(file)
  return new Map(
    rows.flatMap(({ category = '', threshold }) => {
      const value = numberIn(threshold)
      return value === null ? [] : [[category, value] as const]
    }),
  )
}

/** JoyTag: a tag a line. */
async function readTopTags(folder: string): Promise<Tagger | null> {
  const file = join(folder, 'top_tags.txt')
  if (!(await isFile(file))) return null
  const names = (await readText(file)).split(/\r?\n/).filter((line) => line.trim() !== '')
  return { layout: 'joytag', file, tags: names.map(plainTag), thresholds: thresholdsOf.joytag }
}

const plainTag = (name: string): Tag => ({ name, category: null, threshold: null })

const CamieFile = z.looseObject({
  dataset_info: z.looseObject({
    tag_mapping: z.looseObject({
      idx_to_tag: z.record(z.string(), z.string()),
      tag_to_category: z.record(z.string(), z.string()),
    }),
  }),
})

async function readCamie(folder: string): Promise<Tagger | null> {
  const names = await reading(folder, () => readdir(folder))
  for (const name of names.filter((one) => /(^|-)metadata\.json$/.test(one)).sort()) {
    const file = join(folder, name)
    const json = CamieFile.safeParse(await readJson(file, z.unknown()))
    if (!json.success) continue
    const { idx_to_tag: tags, tag_to_category: categories } = json.data.dataset_info.tag_mapping
    // The first version prepares photos otherwise, and does not say how.
    if (!basename(file).includes('v2'))
      throw new ModelError(
        'model-unsupported',
        msg('{{file}} is of the first Camie tagger, which is not supported; use camie-tagger-v2.', { file }),
      )
    return {
      layout: 'camie',
      file,
      tags: inOrder(file, tags, (tag) => ({ name: tag, category: categories[tag]?.toLowerCase() ?? null })),
      thresholds: thresholdsOf.camie,
    }
  }
  return null
}

const TagMapping = z.union([
  z
    .looseObject({
      idx_to_tag: z.record(z.string(), z.string()),
      tag_to_category: z.record(z.string(), z.string()),
    })
    .transform(({ idx_to_tag: tags, tag_to_category: categories }) =>
      Object.fromEntries(
        Object.entries(tags).map(([at, tag]) => [at, { tag, category: categories[tag] ?? '' }]),
      ),
    ),
  z.record(z.string(), z.looseObject({ tag: z.string(), category: z.string() })),
])

/** cl_tagger. */
async function readTagMapping(folder: string): Promise<Tagger | null> {
  const file = join(folder, 'tag_mapping.json')
  const mapping = await readJson(file, TagMapping)
  if (mapping === null) return null
  const tags = inOrder(file, mapping, ({ tag, category }) => ({
    name: tag,
    category: category.toLowerCase(),
  }))
  return { layout: 'cl', file, tags, thresholds: thresholdsOf.cl }
}

const TagsFile = z.union([
  z.array(z.string()),
  z.object({ idx2tag: z.array(z.string()) }).transform(({ idx2tag }) => idx2tag),
  // The place of each tag.
  z
    .record(z.string(), z.int())
    .transform((places) => Object.fromEntries(Object.entries(places).map(([tag, at]) => [at, tag]))),
])

async function readTagsJson(folder: string): Promise<Tagger | null> {
  const file = join(folder, 'tags.json')
  const tags = await readJson(file, TagsFile)
  if (tags === null) return null
  const named = inOrder(file, Object.fromEntries(Object.entries(tags)), (name) => ({ name, category: null }))
  return { layout: 'other', file, tags: named, thresholds: thresholdsOf.other }
}

/** Tags by their number, of which none may be missing. */
function inOrder<T>(
  file: string,
  byNumber: Readonly<Record<string, T>>,
  tagOf: (value: T) => Omit<Tag, 'threshold'>,
): Tag[] {
  return Object.keys(byNumber).map((_key, at) => {
    const value = byNumber[String(at)]
    if (value !== undefined) return { ...tagOf(value), threshold: null }
    throw new ModelError(
      'model-invalid',
      msg('{{file}} does not number its labels 0, 1, 2...; correct it.', { file }),
    )
  })
}
