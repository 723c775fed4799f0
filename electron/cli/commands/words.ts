// `labelroom words`: makes a head out of words, with no example at all, or moved by the labels that there are.
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import { verbatim } from '../../texts/message.ts'
import { UsageError } from '../exit-codes.ts'
import { withTask } from '../follow-task.ts'
import { printHead, printVerdict } from '../head-report.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import * as opt from '../options.ts'

interface WordsOptions extends LibraryOptions {
  readonly file?: string
  readonly labels?: true
  readonly template?: readonly string[]
  readonly multi?: true
  readonly alone?: true
  readonly seed: number
  readonly promote?: true
}

export function addWordsCommand(command: Command): void {
  command
    .argument('[words]', 'separated by commas: "cat, dog, birthday party"')
    .option('--file <file>', 'take the words from this file, one a line')
    .option('--labels', 'take the labels that you confirmed as the words')
    .option(
      '--template <sentence...>',
      'what the model reads for a word, with {} in its place (default: a few)',
    )
    .option('--multi', 'photos may have several of the labels (SigLIP)')
    .option('--alone', 'leave the words as they are; without it, your confirmed labels move them')
    .option('--promote', 'promote the head when it is better, or the first one')
    .addOption(opt.seedOption())
    .addOption(opt.libraryOption())
    .action((text: string | undefined, options: WordsOptions) =>
      withLibrary(options, async (library) => {
        await makeHead(library, await readWords(text, options), options)
      }),
    )
}

async function makeHead(
  library: OpenLibrary,
  words: string[] | null,
  { template, multi, alone, seed, promote }: WordsOptions,
): Promise<void> {
  const { client } = library
  const result = await withTask(library, (taskId) =>
    client.words.createHead({
      ...{ words, templates: [...(template ?? [])], mode: multi === true ? 'multi' : 'single' },
      ...{ usesLabels: alone !== true, seed, taskId },
    }),
  )
  printHead(result)
  await printVerdict(library, result, promote === true)
}

/** Null: the labels of the library. */
async function readWords(text: string | undefined, { file, labels }: WordsOptions): Promise<string[] | null> {
  const sources = [text, file, labels].filter((source) => source !== undefined)
  if (sources.length !== 1)
    throw new UsageError('Give the words, or a file with --file, or --labels: one of the three.')
  if (labels === true) return null
  const words = file === undefined ? (text ?? '').split(/[,\n]/) : await readLines(file)
  return words.map((word) => word.trim()).filter((word) => word !== '')
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '').split(/\r?\n/)
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new AppError('not-found', verbatim(`${file} cannot be read (${code}); check the path.`))
  }
}
