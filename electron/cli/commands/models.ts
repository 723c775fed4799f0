// `labelroom models`: the models of the library.
import type { Command } from 'commander'
import type { ModelInfo } from '../../contract/domain.ts'
import type { CoreClient } from '../../core/client.ts'
import { findModel } from '../find-model.ts'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'

export function addModelsCommand(program: Command): void {
  const models = program.command('models').description('list, add, remove and describe models')
  models
    .command('list', { isDefault: true })
    .description('the models of the library')
    .addOption(opt.libraryOption())
    .action((options: LibraryOptions) => withLibrary(options, ({ client }) => list(client)))
  models
    .command('add')
    .description('add a model folder or an .onnx file; the files stay where they are')
    .argument('<path>')
    .addOption(opt.libraryOption())
    .action((path: string, options: LibraryOptions) =>
      withLibrary(options, async ({ client }) => {
        const model = await client.models.add({ path: opt.toCorePath(path) })
        console.log(`${model.name} is added: ${model.classes} classes, version ${model.version}.`)
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
    .addOption(opt.libraryOption())
    .action((model: string, options: LibraryOptions) =>
      withLibrary(options, async ({ client }) => {
        print(await client.models.info({ model: opt.toModelReference(model) }))
      }),
    )
}

async function list(client: CoreClient): Promise<void> {
  const models = await client.models.list({})
  if (models.length === 0) console.log('No models yet. Add one with: labelroom models add <folder>')
  for (const { id, name, version, classes, inputWidthPx, inputHeightPx, path } of models)
    console.log(
      [id, name, version, `${classes} classes`, `${inputWidthPx}x${inputHeightPx}`, path].join('\t'),
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
