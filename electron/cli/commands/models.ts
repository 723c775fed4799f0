// `labelroom models`: the models of the library, and those that can be downloaded.
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import type { CatalogueModel, ModelInfo } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { CoreClient } from '../../core/client.ts'
import { downloadModel } from '../download-model.ts'
import { findModel } from '../find-model.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import * as opt from '../options.ts'

interface LanguageOption {
  readonly language?: string
}

export function addModelsCommand(program: Command): void {
  const models = program.command('models').description('list, add, remove and describe models')
  models
    .command('list', { isDefault: true })
    .description('the models of the library')
    .addOption(opt.libraryOption())
    .action((options: LibraryOptions) => withLibrary(options, ({ client }) => list(client)))
  models
    .command('add')
    .description('download a model of the catalogue, or add a folder or an .onnx file where it lies')
    .argument('<id|path>')
    .addOption(opt.libraryOption())
    .action((wanted: string, options: LibraryOptions) =>
      withLibrary(options, (library) => add(library, wanted)),
    )
  models
    .command('catalogue')
    .description('the models that can be downloaded: size, licence, published accuracy')
    .option('--json', 'everything that is known of them, for programs')
    .addOption(opt.libraryOption())
    .action((options: LibraryOptions & { readonly json?: true }) =>
      withLibrary(options, async ({ client }) => {
        const entries = await client.models.catalogue({})
        console.log(options.json === true ? JSON.stringify(entries, null, 2) : catalogueTable(entries))
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
    .command('info')
    .description('describe a model: architecture, preprocessing, classes')
    .argument('<id|name|path>')
    .addOption(opt.languageOption())
    .addOption(opt.libraryOption())
    .action((model: string, options: LibraryOptions & LanguageOption) =>
      withLibrary(options, async ({ client }) => {
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
      withLibrary(options, async ({ client }) => {
        const { info, nameOf } = await describe(client, model, options)
        for (const label of info.labels)
          console.log(options.language === undefined ? label : `${label}\t${nameOf(label)}`)
      }),
    )
}

/** What lies on disk goes first; then the catalogue is asked. */
async function add(library: OpenLibrary, wanted: string): Promise<void> {
  const model = existsSync(wanted)
    ? await library.client.models.add({ path: opt.toCorePath(wanted) })
    : await downloadModel(library, wanted)
  if (model !== null)
    console.log(`${model.name} is added: ${model.classes} classes, version ${model.version}.`)
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
    throw new AppError('not-found', `${name} has no names in ${language}. Add labels.${language}.json.`)
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
  if (models.length === 0) console.log('No models yet. See what there is with: labelroom models catalogue')
  for (const { id, name, version, classes, inputWidthPx, inputHeightPx, origin, path } of models)
    console.log(
      [id, name, version, `${classes} classes`, `${inputWidthPx}x${inputHeightPx}`, origin, path].join('\t'),
    )
}

async function remove(client: CoreClient, wanted: string): Promise<void> {
  const model = await findModel(client, wanted)
  await client.models.remove({ id: model.id })
  console.log(`${model.name} ${model.version} is removed with its suggestions. Your own labels are kept.`)
}

function print(info: ModelInfo): void {
  const { labels, ...rest } = info
  for (const [name, value] of Object.entries(rest))
    console.log(`${name.padEnd(16)}${Array.isArray(value) ? value.join(', ') : String(value)}`)
  console.log(`${'labels'.padEnd(16)}${labels.slice(0, 8).join(', ')}${labels.length > 8 ? ', …' : ''}`)
}
