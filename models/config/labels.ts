// Finds the class names that belong to a model folder.
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { maxLabelLength } from '../../electron/common/label-name.ts'
import { msg } from '../../electron/texts/message.ts'
import { isFile, readJson, readText } from '../checkpoint/files.ts'
import imagenet1k from '../catalogue/labels/imagenet-1k.json' with { type: 'json' }
import { ModelError } from '../model-error.ts'
import { readTagger, type Tagger } from './tagger.ts'

const Names = z.record(z.string(), z.union([z.string(), z.number().transform(String)]))
/** A list, `{ id2label: { "0": ... } }` or `{ "0": ... }`. */
const LabelsFile = z.union([
  z.array(z.string()),
  z.object({ id2label: Names }).transform(({ id2label }) => listOf(id2label)),
  Names.transform((names) => listOf(names)),
])
const NamesOfConfig = z.union([z.array(z.string()), Names.transform((names) => listOf(names))])
const ConfigFields = z.looseObject({
  architecture: z.string().nullish(),
  id2label: Names.nullish(),
  label_names: NamesOfConfig.nullish(),
  /** What the names stand for, where they are numbers of WordNet and the like. */
  label_descriptions: z.record(z.string(), z.string()).nullish(),
  labels: NamesOfConfig.nullish(),
  pretrained_cfg: z
    .looseObject({ label_names: NamesOfConfig.nullish(), labels: NamesOfConfig.nullish() })
    .nullish(),
})

/** Names by number as a list, in which numbers without a name are null. */
function listOf(names: Readonly<Record<string, string>>): (string | null)[] {
  const numbers = Object.keys(names).map(Number)
  const isNumbered = numbers.every((number) => Number.isInteger(number) && number >= 0 && number < maxListed)
  if (!isNumbered) return Object.keys(names).map(() => null)
  return Array.from({ length: Math.max(-1, ...numbers) + 1 }, (_, at) => names[String(at)] ?? null)
}
/** The values of id2label in the order of their numbers; null where these are not 0, 1, 2... */
export function labelsFrom(id2label: Readonly<Record<string, string>> | null | undefined): string[] | null {
  if (id2label === null || id2label === undefined) return null
  const list = listOf(id2label)
  return list.every((name) => name !== null) ? list : null
}
/** Beyond every known classifier; see limits.ts. */
const maxListed = 1_000_000

/** Files that hold labels, most specific first. */
const labelFiles = ['labels.json', 'id2label.json', 'classes.txt', 'labels.txt'] as const

export interface ModelLabels {
  /** One for each class; `class_0`, `class_1`... where there are none. */
  readonly names: readonly string[]
  /** The file or list that they come from; null where there is none. */
  readonly from: string | null
  /** Classes that the file leaves without a name. */
  readonly unnamed: number
}

/**
 * The labels of a model with this many classes, from `labels.json` (a list, or id2label), `id2label.json`,
 * `classes.txt` or `labels.txt` (one a line), the list of a tagger, or `config.json`, in this order; those of
 * ImageNet-1k for a model of timm that has as many classes and no names, as timm itself gives them.
 * @throws ModelError `model-invalid` where there are more or fewer labels than classes, or one is empty or too long,
 * `model-unsupported` where there are no classes.
 */
export async function readLabels(
  folder: string,
  classes: number,
  tagger: Tagger | null,
): Promise<ModelLabels> {
  if (classes === 0)
    throw new ModelError(
      'model-unsupported',
      msg('{{folder}} is a model without classes; use another one.', { folder }),
    )
  const { file, list } = await findLabels(folder, classes, tagger)
  if (file === null) return { names: list.map((_, at) => `class_${at}`), from: null, unnamed: classes }
  checkNames(file, list)
  const unnamed = list.filter((name) => name === null).length
  // A list may end before the last class where the classes behind have no names; whoever wrote a longer one is wrong.
  if (list.length === classes || (unnamed > 0 && list.length < classes)) {
    const names = Array.from({ length: classes }, (_, at) => list[at] ?? `class_${at}`)
    return { names, from: file, unnamed: unnamed + classes - list.length }
  }
  throw new ModelError(
    'model-invalid',
    msg(
      '{{file}} names {{labels}} labels but the model has {{classes}} classes; put the right labels beside it.',
      { file, labels: list.length, classes },
    ),
  )
}

interface FoundLabels {
  readonly file: string | null
  readonly list: readonly (string | null)[]
}

async function findLabels(folder: string, classes: number, tagger: Tagger | null): Promise<FoundLabels> {
  for (const name of labelFiles) {
    const file = join(folder, name)
    if (!(await isFile(file))) continue
    return { file, list: name.endsWith('.txt') ? await readLines(file) : await readNames(file) }
  }
  if (tagger !== null) return { file: tagger.file, list: tagger.tags.map(({ name }) => name) }
  const file = join(folder, 'config.json')
  const config = (await readJson(file, ConfigFields)) ?? {}
  const list =
    config.id2label === null || config.id2label === undefined ? namesOf(config) : listOf(config.id2label)
  // What transformers writes for names that nobody gave.
  const isNamed = list?.some((name, at) => name !== null && name !== `LABEL_${at}`) === true
  if (list !== null && (isNamed || (classes > 1 && list.some((name) => name !== null)))) return { file, list }
  if (typeof config.architecture === 'string' && classes === imagenet1k.length)
    return { file: 'ImageNet-1k (timm)', list: imagenet1k }
  return { file: null, list: Array.from({ length: classes }, () => null) }
}

/** timm's names; descriptions stand for names that nobody reads. */
function namesOf(config: z.infer<typeof ConfigFields>): (string | null)[] | null {
  const names =
    config.label_names ??
    config.pretrained_cfg?.label_names ??
    config.pretrained_cfg?.labels ??
    config.labels ??
    null
  const descriptions = config.label_descriptions ?? {}
  const isCode = (name: string) => /^(n\d{8}|\/m\/\w+)$/.test(name)
  return names?.map((name) => (name !== null && isCode(name) ? (descriptions[name] ?? name) : name)) ?? null
}

function checkNames(file: string, list: readonly (string | null)[]): void {
  const empty = list.findIndex((label) => label?.trim() === '')
  if (empty !== -1)
    throw new ModelError(
      'model-invalid',
      msg('{{file}} names class {{number}} by an empty label; correct it.', { file, number: empty }),
    )
  const long = list.findIndex((label) => label !== null && label.length > maxLabelLength)
  if (long !== -1)
    throw new ModelError(
      'model-invalid',
      msg('{{file}} names class {{number}} by a label of more than {{limit}} characters; shorten it.', {
        file,
        number: long,
        limit: maxLabelLength,
      }),
    )
}

/**
 * Translated names by label, from `labels.LANGUAGE.json` (a list in the order of the classes) beside the model; empty
 * where there is none. The labels themselves are those of the model's own file in every language.
 * @throws ModelError `model-invalid` where there are more or fewer names than classes.
 */
export async function readLabelNames(
  path: string,
  classes: number,
  language: string,
): Promise<ReadonlyMap<string, string>> {
  const folder = (await isFile(path)) ? dirname(path) : path
  const file = join(folder, `labels.${language}.json`)
  const names = await readJson(file, z.array(z.string()))
  if (names === null) return new Map()
  if (names.length !== classes)
    throw new ModelError(
      'model-invalid',
      msg('{{file}} has {{names}} names but the model has {{classes}} classes; correct it.', {
        file,
        names: names.length,
        classes,
      }),
    )
  const labels = await readLabels(folder, classes, await readTagger(folder))
  return new Map(names.map((name, index) => [labels.names[index] ?? name, name]))
}

async function readLines(file: string): Promise<string[]> {
  return (await readText(file)).trimEnd().split(/\r?\n/)
}

async function readNames(file: string): Promise<(string | null)[]> {
  const labels = (await readJson(file, LabelsFile)) ?? []
  if (labels.every((label) => label !== null)) return labels
  throw new ModelError(
    'model-invalid',
    msg('{{file}} does not number its labels 0, 1, 2...; correct it.', { file }),
  )
}
