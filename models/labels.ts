// Finds the class names that belong to a model folder.
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { isFile, readJson, readText } from './files.ts'
import { labelsFrom, readModelConfig, type ModelConfig } from './model-config.ts'
import { ModelError } from './model-error.ts'

const Names = z.record(z.string(), z.string())
/** A list, `{ id2label: { "0": ... } }` or `{ "0": ... }`; null where the numbers have gaps. */
const LabelsFile = z.union([
  z.array(z.string()),
  z.object({ id2label: Names }).transform(({ id2label }) => labelsFrom(id2label)),
  Names.transform(labelsFrom),
])

/** Files that hold labels, most specific first. */
const labelFiles = ['labels.json', 'id2label.json', 'classes.txt'] as const

/**
 * The labels of a model with this many classes, from `labels.json` (a list, or id2label), `id2label.json`,
 * `classes.txt` (one a line) or `config.json`, in this order; `class_0`, `class_1`... where there are none.
 * @throws ModelError `model-invalid` where there are more or fewer labels than classes.
 */
export async function readLabels(
  folder: string,
  config: ModelConfig,
  classes: number,
): Promise<readonly string[]> {
  let labels = config.labels
  let file = join(folder, 'config.json')
  for (const name of labelFiles) {
    const candidate = join(folder, name)
    if (!(await isFile(candidate))) continue
    file = candidate
    labels = name === 'classes.txt' ? await readLines(file) : await readNames(file)
    break
  }
  if (labels === null) return Array.from({ length: classes }, (_, i) => `class_${i}`)
  if (labels.length === classes) return labels
  throw new ModelError(
    'model-invalid',
    `${file} names ${labels.length} labels but the model has ${classes} classes; put the right labels beside it.`,
  )
}

/**
 * Names for people by label, from `labels.LANGUAGE.json` (a list in the order of the classes) beside the model; empty
 * where there is none. Labels themselves stay what the model's own file says in every language.
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
      `${file} has ${names.length} names but the model has ${classes} classes; correct it.`,
    )
  const labels = await readLabels(folder, await readModelConfig(folder), classes)
  return new Map(names.map((name, index) => [labels[index] ?? name, name]))
}

async function readLines(file: string): Promise<string[]> {
  return (await readText(file)).trimEnd().split(/\r?\n/)
}

async function readNames(file: string): Promise<string[]> {
  const labels = await readJson(file, LabelsFile)
  if (labels !== null) return labels
  throw new ModelError('model-invalid', `${file} does not number its labels 0, 1, 2...; correct it.`)
}
