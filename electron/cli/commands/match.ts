// `labelroom match`: which photos a sentence fits best, or which of several sentences fits each photo.
import type { Command } from 'commander'
import { withTable, type TableOptions } from '../asked-table.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import * as opt from '../options.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { CoreClient } from '../../core/client.ts'
import { findPhotos, runPasses, type NamedPhotos } from '../photo-passes.ts'

interface MatchOptions extends LibraryOptions, TableOptions {
  readonly model?: string
  readonly first?: number
}

export function addMatchCommand(command: Command): void {
  command
    .argument('<photo|folder>', 'a photo of the library, or a folder')
    .argument('<sentence...>', 'one: photos are ranked for it; several: they are ranked for each photo')
    .addOption(opt.askedModelOption('matches sentences'))
    .addOption(opt.firstOption())
    .option('--csv <file>', 'write photo, sentence and score to this file; - is standard output')
    .addOption(opt.spreadsheetSafeOption())
    .addOption(opt.overwriteOption())
    .addOption(opt.threadsOption())
    .addOption(opt.niceOption())
    .addOption(opt.libraryOption())
    .action((place: string, sentences: string[], options: MatchOptions) =>
      withLibrary({ ...options, mayBeNew: true }, (library) => match(library, place, sentences, options)),
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

async function match(
  { client }: OpenLibrary,
  place: string,
  sentences: readonly string[],
  options: MatchOptions,
): Promise<void> {
  const model = options.model === undefined ? null : opt.toModelReference(options.model)
  await withTable(client, ['path', 'sentence', 'score'], options, async (add) => {
    const photos = await chooseFirst(client, await findPhotos(client, [place]), sentences, options.first)
    const passes = {
      ...{ photos, texts: sentences },
      ask: async (photoIds: PhotoId[]) =>
        (await client.questions.match({ photoIds, sentences: [...sentences], model })).photos,
    }
    const [sentence] = sentences
    if (sentences.length > 1 || sentence === undefined) {
      await runPasses({
        ...passes,
        onAnswer: ({ scores }, paths) => {
          const ranked = scores.toSorted((a, b) => b.score - a.score)
          for (const path of paths) for (const { text, score } of ranked) add(path, text, score.toFixed(4))
        },
      })
      return
    }
    // Which photo comes first is known only when all are scored.
    const rows: { readonly path: string; readonly logit: number }[] = []
    await runPasses({
      ...passes,
      onAnswer: ({ scores }, paths) => {
        // The softmax over a single sentence is 1 for every photo; the logit tells photos apart.
        for (const path of paths) rows.push({ path, logit: scores[0]?.logit ?? NaN })
      },
    })
    for (const { path, logit } of rows.sort((a, b) => b.logit - a.logit))
      add(path, sentence, logit.toFixed(4))
  })
}
