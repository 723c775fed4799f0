// `labelroom models`: the models of the library, and those that can be downloaded.
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import type { Activation, CatalogueModel, ModelInfo, NewModelChoices } from '../../contract/models.ts'
import { AppError } from '../../contract/errors.ts'
import type { CoreClient } from '../../core/client.ts'
import { english, verbatim } from '../../texts/message.ts'
import { downloadModel } from '../download-model.ts'
import { findModel } from '../find-model.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { printRow } from '../print-row.ts'
import { printLine } from '../stdout.ts'
import { toLine } from '../terminal-text.ts'

interface AddOptions {
  readonly scores?: Activation
  readonly threshold?: number
  readonly characterThreshold?: number
  readonly underscores?: 'spaces' | 'keep'
  readonly categories?: 'parents' | 'leave'
}

interface LanguageOption {
  readonly language?: string
}

export function addModelsCommand(models: Command): void {
  models
    .command('list', { isDefault: true })
    .description('the models of the library')
    .addOption(opt.libraryOption())
    .action((options: LibraryOptions) => withLibrary(options, ({ client }) => list(client)))
  models
    .command('add')
    .description('download a model of the catalogue, or add a folder or an .onnx file where it lies')
    .argument('<id|path>')
    .addOption(opt.scoresOption())
    .addOption(opt.thresholdOption())
    .addOption(opt.characterThresholdOption())
    .addOption(opt.underscoresOption())
    .addOption(opt.categoriesOption())
    .addOption(opt.libraryOption())
    .action((wanted: string, options: LibraryOptions & AddOptions) =>
      withLibrary({ ...options, mayBeNew: true }, (library) => add(library, wanted, options)),
    )
  models
    .command('catalogue')
    .description('the models that can be downloaded: size, licence, published accuracy')
    .option('--json', 'everything that is known of them, for programs')
    .addOption(opt.libraryOption())
    .action((options: LibraryOptions & { readonly json?: true }) =>
      withLibrary({ ...options, mayBeNew: true }, async ({ client }) => {
        const entries = await client.models.catalogue({})
        printLine(options.json === true ? JSON.stringify(entries, null, 2) : catalogueTable(entries))
      }),
    )
  models
    .command('remove')
    .description('forget a model and its suggestions; your own labels and the files stay')
    .argument('<id|name|path>')
    .addOption(opt.libraryOption())
    .action((wanted: string, options: LibraryOptions) =>
      withLibrary(options, ({ client }) => remove(client, wanted)),
    )
  models
    .command('clear')
    .description('take away what a model suggested, of every photo; undo in the app brings it back')
    .argument('<id|name|path>')
    .addOption(opt.libraryOption())
    .action((wanted: string, options: LibraryOptions) =>
      withLibrary(options, ({ client }) => clear(client, wanted)),
    )
  models
    .command('info')
    .description(
      'describe a model, also before it is added: architecture, preprocessing, scores, labels, what is assumed',
    )
    .argument('<id|name|path>')
    .addOption(opt.languageOption())
    .addOption(opt.libraryOption())
    .action((model: string, options: LibraryOptions & LanguageOption) =>
      withLibrary({ ...options, mayBeNew: true }, async ({ client }) => {
        const { info, nameOf } = await describe(client, model, options)
        print({ ...info, labels: info.labels.map(nameOf) })
      }),
    )
  models
    .command('labels')
    .description('all labels of a model, one a line')
    .argument('<id|name|path>')
    .addOption(opt.languageOption())
    .addOption(opt.libraryOption())
    .action((model: string, options: LibraryOptions & LanguageOption) =>
      withLibrary({ ...options, mayBeNew: true }, async ({ client }) => {
        const { info, nameOf } = await describe(client, model, options)
        for (const label of info.labels)
          printRow(label, ...(options.language === undefined ? [] : [nameOf(label)]))
      }),
    )
}

/** What lies on disk goes first; then the catalogue is asked. */
async function add(library: OpenLibrary, wanted: string, options: AddOptions): Promise<void> {
  const { models } = library.client
  const choices = choicesOf(options)
  const found = existsSync(wanted) ? null : await downloadModel(library, wanted)
  const path = existsSync(wanted) ? libraryPath(wanted) : found?.path
  if (path === undefined) return
  const model =
    found === null || Object.keys(choices).length > 0 ? await models.add({ path, choices }) : found
  printLine(`${model.name} is added: ${model.labelCount} classes, version ${model.version}.`)
  const { assumed } = await models.info({ model: model.path })
  for (const message of assumed) printLine(english(message))
}

function choicesOf(options: AddOptions): NewModelChoices {
  const { scores, threshold, characterThreshold, underscores, categories } = options
  const general = threshold ?? characterThreshold
  return {
    ...(scores === undefined ? {} : { activation: scores }),
    ...(general === undefined ? {} : { thresholds: { general, character: characterThreshold ?? general } }),
    ...(underscores === undefined ? {} : { keepsUnderscores: underscores === 'keep' }),
    ...(categories === undefined ? {} : { groupsTags: categories === 'parents' }),
  }
}

/** A model, and what its labels are called in the language that was asked for. */
async function describe(
  client: CoreClient,
  model: string,
  options: LanguageOption,
): Promise<{ info: ModelInfo; nameOf: (label: string) => string }> {
  const info = await client.models.info({ model: opt.toModelReference(model) })
  const names = await displayNames(client, info, options)
  return { info, nameOf: (label) => names[label] ?? label }
}

/** Names by label in the language that was asked for; empty where none was. */
async function displayNames(
  client: CoreClient,
  { name, version }: ModelInfo,
  { language }: LanguageOption,
): Promise<Readonly<Record<string, string>>> {
  if (language === undefined) return {}
  const model = (await client.models.list({})).find((one) => one.version === version)
  const names = model === undefined ? {} : await client.models.labelNames({ modelId: model.id, language })
  if (Object.keys(names).length === 0)
    throw new AppError(
      'not-found',
      verbatim(`${name} has no names in ${language}. Add labels.${language}.json.`),
    )
  return names
}

function catalogueTable(entries: readonly CatalogueModel[]): string {
  const rows = entries.map(({ id, title, state, approximateBytes, inputSizePx, licence, accuracy }) => [
    id,
    title,
    `${Math.round(approximateBytes / 1e6)} MB`,
    `${inputSizePx} px`,
    licence,
    accuracy === null ? '-' : `${accuracy.top1Percent.toFixed(1)} % ${accuracy.dataset}`,
    state === 'available' ? '' : state,
  ])
  const table = [['id', 'model', 'size', 'input', 'licence', 'published top-1', ''], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

async function list(client: CoreClient): Promise<void> {
  const models = await client.models.list({})
  if (models.length === 0) printLine('No models yet. See what there is with: labelroom models catalogue')
  for (const { id, name, version, labelCount, inputWidthPx, inputHeightPx, origin, path } of models)
    printRow(id, name, version, `${labelCount} classes`, `${inputWidthPx}x${inputHeightPx}`, origin, path)
}

async function remove(client: CoreClient, wanted: string): Promise<void> {
  const model = await findModel(client, wanted)
  await client.models.remove({ id: model.id })
  printLine(`${model.name} ${model.version} is removed with its suggestions. Your own labels are kept.`)
}

async function clear(client: CoreClient, wanted: string): Promise<void> {
  const model = await findModel(client, wanted)
  const { photos } = await client.models.clearSuggestions({ id: model.id })
  printLine(
    photos === 0
      ? `There is no suggestion of ${model.name}.`
      : `What ${model.name} suggested for ${photos} photos is taken away. Your own labels are kept.`,
  )
}

function print(info: ModelInfo): void {
  const { labels, quality, assumed, categories, choices, activation, ...rest } = info
  const { resizeFrom, activationFrom, labelsFrom, hasThresholds, ...shown } = rest
  const from = (file: string | null) => (file === null ? '' : ` (${file})`)
  const { thresholds } = choices
  const texts = {
    ...shown,
    architecture: info.architecture.map(english),
    resize: `${info.resize.map(english).join(', ')}${from(resizeFrom)}`,
    scores:
      activation === null
        ? 'unknown: no file says whether a photo has one label or several; add it with --scores'
        : `${activation}${from(activationFrom)}`,
    thresholds: !hasThresholds
      ? 'none'
      : thresholds === null
        ? 'those of its authors'
        : `${thresholds.general}, of characters ${thresholds.character}`,
    'labels from': labelsFrom ?? 'nowhere',
    ...(categories.length === 0 ? {} : { categories: categories.map(({ name, tags }) => `${tags} ${name}`) }),
  }
  for (const [name, value] of Object.entries(texts))
    printLine(`${name.padEnd(16)}${toLine(Array.isArray(value) ? value.join(', ') : String(value))}`)
  printLine(`${'labels'.padEnd(16)}${toLine(labels.slice(0, 8).join(', '))}${labels.length > 8 ? ', …' : ''}`)
  for (const message of assumed) printLine(`${'assumed'.padEnd(16)}${toLine(english(message))}`)
  if (quality !== null) {
    const { top1Percent, suggestedAt } = quality
    printLine(
      `${'quality'.padEnd(16)}first label right on ${top1Percent} % of photos of its kind, at least 7 of 10 from a score of ${suggestedAt}`,
    )
  }
}
