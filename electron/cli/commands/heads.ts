// `labelroom learn`, `evaluate` and `heads`: train on confirmed labels, look at the numbers, take into use, go back.
import type { Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import type { Head, HeadMetrics } from '../../contract/learning.ts'
import type { CoreClient } from '../../core/client.ts'
import { exitCodes } from '../exit-codes.ts'
import { findHead } from '../find-head.ts'
import { describeMetrics, percent } from '../head-report.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import * as opt from '../options.ts'
import { printRow } from '../print-row.ts'
import { withTask } from '../task.ts'

interface LearnOptions extends LibraryOptions {
  readonly multi?: true
  readonly seed: number
  readonly heldOut?: string
  readonly promote?: true
}

export function addLearnCommand(program: Command): void {
  program
    .command('learn')
    .description('train a head on the labels that you confirmed, and say how good it is')
    .option('--multi', 'photos may have several labels; rejected labels count as negatives')
    .option('--held-out <folder>', 'evaluate on the labelled photos of this folder, and do not train on them')
    .option('--promote', 'take the head into use when it is better')
    .addOption(opt.seedOption())
    .addOption(opt.libraryOption())
    .action((options: LearnOptions) => withLibrary(options, (library) => learn(library, options)))
}

async function learn(library: OpenLibrary, options: LearnOptions): Promise<void> {
  const { client } = library
  const mode = options.multi === true ? 'multi' : 'single'
  const { seed } = options
  const heldOutFolder = options.heldOut === undefined ? null : opt.toCorePath(options.heldOut)
  const { head, isProposed, reason, elapsedMs } = await withTask(library, (taskId) =>
    client.heads.train({ mode, seed, heldOutFolder, taskId }),
  )
  const seconds = (elapsedMs / 1000).toFixed(1)
  console.log(
    `Head ${head.version}: ${describeKind(head)}, ${head.classes.length} classes, ${head.trainedOn} photos, ${seconds} s.`,
  )
  if (head.metrics !== null) printMetrics(head.metrics, head.evaluation)
  const curve = await withTask(library, (taskId) => client.review.curve({ mode, seed, taskId })).catch(
    (error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'cancelled') throw error
      // The head was saved before.
      console.error(`Stopped; head ${head.version} is kept.`)
      process.exitCode = exitCodes.interrupted
      return null
    },
  )
  if (curve === null) return
  if (curve.expectedGain !== null)
    console.log(
      `The next ${curve.moreLabels} labels are likely to add ${(100 * curve.expectedGain).toFixed(1)} points.`,
    )
  console.log(`${isProposed ? 'Better' : 'Not proposed'}: ${reason}.`)
  if (isProposed && options.promote === true) await promote(client, head)
  else console.log(`See what it would change: labelroom heads diff ${head.version}`)
}

export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('how good a head is on labelled photos that it was not trained on')
    .argument('[version]', 'of the head (default: the one in use, else the newest)')
    .option('--folder <folder>', 'only photos of this folder')
    .addOption(opt.libraryOption())
    .action((version: string | undefined, options: LibraryOptions & { readonly folder?: string }) =>
      withLibrary(options, async ({ client }) => {
        const { id } = await findHead(client, version)
        const folder = options.folder === undefined ? null : opt.toCorePath(options.folder)
        printMetrics(await client.heads.evaluate({ id, folder }), 'not trained on')
      }),
    )
}

export function addHeadsCommand(program: Command): void {
  const heads = program.command('heads').description('list heads, take one into use, go back')
  const sub = (name: string, description: string) =>
    heads.command(name).description(description).addOption(opt.libraryOption())
  heads
    .command('list', { isDefault: true })
    .description('the heads of the model that was run last')
    .addOption(opt.libraryOption())
    .action((options: LibraryOptions) => withLibrary(options, ({ client }) => list(client)))
  sub('diff', 'what a head would change; nothing is written')
    .argument('[version]', 'default: the newest')
    .action((version: string | undefined, options: LibraryOptions) =>
      withLibrary(options, async ({ client }) => {
        const { id } = await findHead(client, version ?? 'newest')
        const { photos, changed, examples } = await client.heads.preview({ id })
        console.log(
          `${changed} of ${photos} photos get another first suggestion; your labels stay. The surest:`,
        )
        for (const { path, from, to, score } of examples)
          printRow(path, `${from ?? '-'} -> ${to ?? '-'}`, score?.toFixed(2) ?? '')
      }),
    )
  sub('promote', 'take a head into use; again: also for photos that came later')
    .argument('[version]', 'default: the newest')
    .action((version: string | undefined, options: LibraryOptions) =>
      withLibrary(options, async ({ client }) => {
        await promote(client, await findHead(client, version ?? 'newest'))
      }),
    )
  sub('rollback', 'go back to the head that was in use before').action((options: LibraryOptions) =>
    withLibrary(options, async ({ client }) => {
      const { head } = await client.heads.rollback({})
      console.log(head === null ? "The model's own head is in use." : `Head ${head.version} is in use again.`)
    }),
  )
}

async function list(client: CoreClient): Promise<void> {
  const heads = await client.heads.list({})
  if (heads.length === 0)
    console.log('No heads yet: the model’s own is in use. Confirm labels, then: labelroom learn')
  for (const head of heads) {
    const accuracy = head.metrics === null ? '-' : percent(head.metrics.accuracy)
    const made = new Date(head.createdAtMs).toISOString()
    console.log(
      [
        head.version,
        head.isPromoted ? 'in use' : '',
        describeKind(head),
        `${head.classes.length} classes`,
        `${head.trainedOn} photos`,
        `accuracy ${accuracy} (${head.evaluation})`,
        made,
      ].join('\t'),
    )
  }
}

async function promote(client: CoreClient, { id }: Head): Promise<void> {
  const { head, photos } = await client.heads.promote({ id })
  console.log(
    `Head ${head.version} is in use: ${photos} photos have its suggestions. Your labels are as they were.`,
  )
}

const namesOfKinds = { 'nearest-mean': 'nearest class mean', knn: 'nearest neighbours' } as const

const describeKind = ({ kind, l2, mode }: Head) =>
  `${kind === 'linear' ? `linear probe (L2 ${l2 ?? 0})` : namesOfKinds[kind]}${mode === 'multi' ? ', several labels a photo' : ''}`

function printMetrics(metrics: HeadMetrics, evaluation: string): void {
  for (const line of describeMetrics(metrics, evaluation)) console.log(line)
}
