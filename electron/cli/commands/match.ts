// `labelroom match`: which photos a sentence fits best, or which of several sentences fits each photo.
import type { Command } from 'commander'
import { openTable, type TableOptions } from '../asked-table.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import * as opt from '../options.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { CoreClient } from '../../core/client.ts'
import { findPhotos, runPasses, type NamedPhotos } from '../photo-passes.ts'

interface MatchOptions extends LibraryOptions, TableOptions {
  readonly model?: string
  readonly first?: number
}

export function addMatchCommand(program: Command): void {
  program
    .command('match')
    .description('rank photos for a sentence, or sentences for each photo')
    .argument('<photo|folder>', 'a photo of the library, or a folder')
    .argument('<sentence...>', 'one: photos are ranked for it; several: they are ranked for each photo')
    .addOption(opt.askedModelOption('matches sentences'))
    .addOption(opt.firstOption())
    .option('--csv <file>', 'write photo, sentence and score to this file; - is standard output')
    .addOption(opt.spreadsheetSafeOption())
    .addOption(opt.overwriteOption())
    .addOption(opt.threadsOption())
    .addOption(opt.libraryOption())
    .action((place: string, sentences: string[], options: MatchOptions) =>
      withLibrary(options, (library) => match(library, place, sentences, options)),
    )
}

/** Only the photos that a text-image model finds first for each sentence, which takes no pass. Throws AppError. */
async function chooseFirst(
  client: CoreClient,
  photos: NamedPhotos,
  sentences: readonly string[],
  first: number | undefined,
): Promise<NamedPhotos> {
  if (first === undefined || photos.size <= first) return photos
  const chosen = new Set<PhotoId>()
  for (const text of sentences) {
    const found = await client.words.find({ text, limit: 1000 })
    const here = found.filter(({ photoId }) => photos.has(photoId))
    for (const { photoId } of here.slice(0, first)) chosen.add(photoId)
  }
  return new Map([...photos].filter(([photoId]) => chosen.has(photoId)))
}

interface Row {
  readonly path: string
  readonly sentence: string
  readonly score: number
}

async function match(
  { client }: OpenLibrary,
  place: string,
  sentences: readonly string[],
  options: MatchOptions,
): Promise<void> {
  const model = options.model === undefined ? null : opt.toModelReference(options.model)
  const table = await openTable(client, ['path', 'sentence', 'score'], options)
  const photos = await chooseFirst(client, await findPhotos(client, [place]), sentences, options.first)
  const isRanking = sentences.length === 1
  const rows: Row[] = []
  await runPasses({
    photos,
    texts: sentences,
    ask: async (photoIds) =>
      (await client.questions.match({ photoIds, sentences: [...sentences], model })).photos,
    onAnswer: ({ scores }, paths) => {
      // The softmax over a single sentence is 1 for every photo; the logit tells photos apart.
      const ranked = scores.map(({ text, score, logit }) => ({
        sentence: text,
        score: isRanking ? logit : score,
      }))
      ranked.sort((a, b) => b.score - a.score)
      for (const path of paths) for (const one of ranked) rows.push({ path, ...one })
    },
  })
  if (isRanking) rows.sort((a, b) => b.score - a.score)
  for (const { path, sentence, score } of rows) table.add(path, sentence, score.toFixed(4))
  await table.finish()
}
