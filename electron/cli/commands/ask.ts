// `labelroom ask`: answers to a question about photos, with their scores.
import type { Command } from 'commander'
import { withTable, type TableOptions } from '../asked-table.ts'
import { UsageError } from '../exit-codes.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import * as opt from '../options.ts'
import { findPhotos, runPasses } from '../photo-passes.ts'

interface AskOptions extends LibraryOptions, TableOptions {
  readonly model?: string
  readonly top: number
}

export function addAskCommand(command: Command): void {
  command
    .argument('<photo|folder...>', 'photos of the library or folders, and at the end the question')
    .addOption(opt.askedModelOption('answers questions'))
    .addOption(opt.answersOption())
    .option('--csv <file>', 'write photo, answer and score to this file; - is standard output')
    .addOption(opt.spreadsheetSafeOption())
    .addOption(opt.overwriteOption())
    .addOption(opt.threadsOption())
    .addOption(opt.niceOption())
    .addOption(opt.libraryOption())
    .action((words: string[], options: AskOptions) =>
      withLibrary({ ...options, mayBeNew: true }, (library) => ask(library, words, options)),
    )
}

async function ask({ client }: OpenLibrary, words: readonly string[], options: AskOptions): Promise<void> {
  const [question, ...reversed] = words.toReversed()
  const places = reversed.toReversed()
  if (question === undefined || places.length === 0)
    throw new UsageError('Give photos or folders, and then the question: labelroom ask cat.jpg "what is it?"')
  const model = options.model === undefined ? null : opt.toModelReference(options.model)
  await withTable(client, ['path', 'answer', 'score'], options, async (add) => {
    await runPasses({
      photos: await findPhotos(client, places),
      texts: [question],
      ask: async (photoIds) =>
        (await client.questions.ask({ photoIds, question, model, topK: options.top })).photos,
      onAnswer: ({ scores }, paths) => {
        for (const path of paths) for (const { text, score } of scores) add(path, text, score.toFixed(4))
      },
    })
  })
}
