// Options that several commands share, and how their words are read.
import { existsSync } from 'node:fs'
import { InvalidArgumentError, Option } from 'commander'
import { Device, Precision } from '../contract/domain.ts'
import { ExportColumn, ExportFormat, DatasetSplit } from '../contract/exports.ts'
import { maxShards } from '../contract/jobs.ts'
import { Activation } from '../contract/models.ts'
import { libraryPath } from '../common/library-path.ts'

const integer =
  (least: number, most: number) =>
  (text: string): number => {
    if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
    return Number(text)
  }
const language = (text: string): string => {
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$/.test(text))
    throw new InvalidArgumentError('It must be a tag like zh-CN.')
  return text
}
const score = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It must be between 0 and 1.')
  return value
}

const columns = (text: string): ExportColumn[] => {
  const { data } = ExportColumn.array().safeParse(text.split(',').map((name) => name.trim()))
  if (data === undefined || new Set(data).size < data.length)
    throw new InvalidArgumentError(
      `It must be some of these, each once, with commas: ${ExportColumn.options.join(',')}.`,
    )
  return data
}

const split = (text: string): DatasetSplit => {
  const [train, val, test] = /^(\d+)\/(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? []
  const { data } = DatasetSplit.safeParse({ train, val, test })
  if (data === undefined)
    throw new InvalidArgumentError('It must be three whole numbers that add up to 100, such as 80/10/10.')
  return data
}

export const libraryOption = () =>
  new Option('--library <file>', 'the library to use (default: your own, see the README)')
export const modelOption = () =>
  new Option(
    '--model <id|path>',
    'a model of the library, a model folder, or an .onnx file (default: the best)',
  )
export const askedModelOption = (what: string) =>
  new Option('--model <id|path>', `a model of the library that ${what} (default: the one added last)`)
export const firstOption = () =>
  new Option(
    '--first <n>',
    'only the photos that an installed text-image model finds first for each sentence',
  ).argParser(integer(1, 1000))
export const formatOption = () =>
  new Option('--format <format>', 'the columns').choices(ExportFormat.options).default('long')
export const embeddingsOption = () =>
  new Option('--embeddings', 'also the embedding of each photo, in Parquet').default(false)
export const columnsOption = () =>
  new Option('--columns <names>', `more columns: ${ExportColumn.options.join(',')}`).argParser(columns)
export const topOption = () =>
  new Option('--top <k>', 'labels per photo (default: 5; 1 for timm, kaggle and hf)').argParser(
    integer(1, 100),
  )
export const answersOption = () =>
  new Option('--top <k>', 'answers per photo').argParser(integer(1, 100)).default(3)
export const minOption = () =>
  new Option('--min <score>', 'leave out labels below this score').argParser(score).default(0)
export const levelOption = () =>
  new Option(
    '--level <n>',
    'which folder on the way to a photo is its label, 1 being the one in the given folder (default: found)',
  ).argParser(integer(1, 1000))
export const autoAboveOption = () =>
  new Option(
    '--auto-above <score>',
    'also write suggestions with at least this score, as auto/NAME; without it, earlier ones are taken out',
  ).argParser(score)
export const scoresOption = () =>
  new Option(
    '--scores <kind>',
    'softmax: a photo has one label; sigmoid: several; for models whose files do not say it',
  ).choices(Activation.options)
export const thresholdOption = () =>
  new Option(
    '--threshold <score>',
    'from which score labels count as found, where a photo has several',
  ).argParser(score)
export const characterThresholdOption = () =>
  new Option('--character-threshold <score>', 'the same for the characters of a list of tags').argParser(
    score,
  )
export const underscoresOption = () =>
  new Option(
    '--underscores <how>',
    'names of a list of tags: spaces makes long_hair long hair, keep leaves it',
  ).choices(['spaces', 'keep'])
export const categoriesOption = () =>
  new Option(
    '--categories <how>',
    'of a list of tags: parents makes the label character/NAME, leave takes the name alone',
  ).choices(['parents', 'leave'])
export const deviceOption = () =>
  new Option('--device <device>', 'where to run the model')
    .choices(['auto', ...Device.options])
    .default('auto')
export const precisionOption = () =>
  new Option('--precision <precision>', 'the numbers the model computes with')
    .choices(Precision.options)
    .default('fp32')
export const inputSizeOption = () =>
  new Option('--input-size <pixels>', 'another input size than the model’s own').argParser(integer(16, 2048))
export const languageOption = () =>
  new Option('--language <tag>', 'names of the labels in this language, such as zh-CN').argParser(language)
export const threadsOption = () =>
  new Option('--threads <n>', 'CPU cores to use (default: all)').argParser(integer(1, 1024))
export const niceOption = () =>
  new Option('--nice <n>', 'give way to other programs: 1 a little, 19 to all of them').argParser(
    integer(0, 19),
  )
export const shardOption = () =>
  new Option(
    '--shard <part>',
    'only one part of the folders, such as 3/64; auto takes the number of a Slurm, Kubernetes or AWS Batch array',
  )
export const shardsOption = () =>
  new Option('--shards <n>', 'how many parts there are, where the scheduler does not say it').argParser(
    integer(1, maxShards),
  )
export const roundsOption = () =>
  new Option('--rounds <n>', 'how often each part is measured').argParser(integer(1, 1024)).default(3)
export const portOption = () =>
  new Option('--port <n>', 'where to listen (default: any free port)')
    .argParser(integer(0, 65_535))
    .default(0)
export const rootOption = () =>
  new Option(
    '--root <folder...>',
    'folders below which the page may use files and folders (default: your home folder)',
  )
export const limitOption = () =>
  new Option('--limit <n>', 'how many to show').argParser(integer(1, 1000)).default(20)
export const seedOption = () =>
  new Option('--seed <n>', 'another choice of what is left to chance')
    .argParser(integer(0, 1_000_000))
    .default(0)
export const splitOption = () =>
  new Option('--split <train/val/test>', 'shares in percent, for example 80/10/10')
    .argParser(split)
    .default({ train: 100, val: 0, test: 0 }, '100/0/0')
export const similarOption = () =>
  new Option('--similar <cosine>', 'photos at least this alike stay on one side of the split')
    .argParser(score)
    .default(0.95)
export const cosineOption = () =>
  new Option('--min <cosine>', 'how alike photos of a group are, 0 to 1').argParser(score).default(0.95)
export const neighboursOption = () =>
  new Option('--neighbours <n>', 'how many neighbours umap keeps each photo close to')
    .argParser(integer(2, 200))
    .default(15)
export const minDistanceOption = () =>
  new Option('--min-distance <distance>', 'how dense umap may lay points, 0 to 1')
    .argParser(score)
    .default(0.1)
export const groupsOption = () =>
  new Option('--groups <n>', 'how many groups (default: as many as suit the library)').argParser(
    integer(2, 1000),
  )
export const overwriteOption = () =>
  new Option(
    '--overwrite',
    'replace the file if it exists; photos, libraries and models are never replaced',
  ).default(false)
export const spreadsheetSafeOption = () =>
  new Option(
    '--spreadsheet-safe',
    "for spreadsheets: a byte order mark, composed accents, and ' before cells that would run as a formula",
  ).default(false)

/** What names something on disk becomes an absolute path; anything else is the name of a model in the library. */
export function toModelReference(model: string): string {
  const isPath = existsSync(model) || /[\\/]/.test(model) || model.endsWith('.onnx')
  return isPath ? libraryPath(model) : model
}
