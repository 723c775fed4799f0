// `labelroom label`: labels folders and gives the labels as a file.
import { access, constants, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import type { DeviceChoice, Precision } from '../../contract/domain.ts'
import type { ExportColumn, ExportFormat } from '../../contract/exports.ts'
import type { Job, JobProgress, JobRequest } from '../../contract/jobs.ts'
import { AppError } from '../../contract/errors.ts'
import { dataFolder } from '../../host/data-folder.ts'
import { english, verbatim } from '../../texts/message.ts'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { followTask } from '../follow-task.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { describeProgress } from '../progress.ts'
import { preparePart } from '../parquet-part.ts'
import { chooseShard, type ShardOptions } from '../shard-option.ts'
import { explainChoice, summarize } from '../summary.ts'
import { defaultTop, formatOfFile, parquetIsNoText, writeLabels } from '../write-labels.ts'
import { hintAtTelemetryFiles } from './telemetry.ts'
import { tell } from '../stderr.ts'

interface LabelOptions extends LibraryOptions, ShardOptions {
  readonly model?: string
  readonly csv?: string
  readonly format: ExportFormat
  readonly top?: number
  readonly min: number
  readonly columns?: ExportColumn[]
  readonly device: DeviceChoice
  readonly precision: Precision
  readonly inputSize?: number
  readonly force?: true
  readonly spreadsheetSafe: boolean
  readonly overwrite: boolean
  readonly embeddings: boolean
  readonly parquet?: string
}

export function addLabelCommand(command: Command): void {
  command
    .argument('<folder...>', 'folders with photos; subfolders are included')
    .addOption(opt.modelOption())
    .option(
      '--csv <file>',
      'write the labels to this file, Parquet where it ends in .parquet; - is standard output',
    )
    .option(
      '--parquet <folder>',
      'write the labels to a part of a table in this folder; each shard has its own',
    )
    .addOption(opt.formatOption())
    .addOption(opt.embeddingsOption())
    .addOption(opt.columnsOption())
    .addOption(opt.topOption())
    .addOption(opt.minOption())
    .addOption(opt.deviceOption())
    .addOption(opt.precisionOption())
    .addOption(opt.inputSizeOption())
    .addOption(opt.shardOption())
    .addOption(opt.shardsOption())
    .addOption(opt.threadsOption())
    .addOption(opt.niceOption())
    .addOption(opt.libraryOption())
    .addOption(opt.spreadsheetSafeOption())
    .addOption(opt.overwriteOption())
    .option('--force', 'label again what this model has labelled already')
    .action(label)
}

async function label(folders: string[], given: LabelOptions): Promise<void> {
  const options = { ...given, format: formatOfFile(given.format, given.csv) }
  const { model } = options
  const shard = chooseShard(options, process.env)
  if (shard !== null && options.library === undefined)
    throw new UsageError(
      `Each shard has a library of its own, on a disk of its machine: add --library shard-${shard.index}.db, say.`,
    )
  if (options.csv === '-' && options.format === 'parquet') throw parquetIsNoText()
  if (options.embeddings && options.format !== 'parquet' && options.parquet === undefined)
    throw new UsageError('--embeddings needs a Parquet file: --parquet FOLDER, or --csv labels.parquet.')
  if (options.csv !== undefined && options.csv !== '-') await checkWritable(options.csv)
  const part = options.parquet === undefined ? null : await preparePart(options.parquet, shard)
  await withLibrary({ ...options, runsModel: true, mayBeNew: true }, async (library) => {
    if (options.csv !== undefined && options.csv !== '-')
      await library.client.exports.check({ file: libraryPath(options.csv), overwrite: options.overwrite })
    if (part !== null) await library.client.exports.check({ file: part, overwrite: true })
    if (model === undefined) tell(explainChoice(await library.client.models.best({})))
    const request = {
      folders: folders.map(libraryPath),
      photoIds: null,
      model: model === undefined ? null : opt.toModelReference(model),
      device: options.device,
      precision: options.precision,
      inputSizePx: options.inputSize ?? null,
      topK: Math.max(5, options.top ?? 0),
      force: options.force ?? false,
      shard,
    }
    const job = await runJob(library, request)
    if (job.state !== 'done') {
      process.exitCode = explainEnd(job)
      return
    }
    const whose = { jobId: job.id, modelId: null }
    if (part !== null) {
      // It is this shard's own part, which a run of before may have written.
      const exported = {
        ...options,
        format: 'parquet' as const,
        top: options.top ?? 5,
        overwrite: true,
        shard,
      }
      if (!(await writeLabels(library, request.folders, whose, exported, part))) return
    }
    if (options.csv !== undefined) {
      const isText = options.format !== 'parquet'
      const exported = {
        ...options,
        top: options.top ?? defaultTop(options.format),
        embeddings: options.embeddings && !isText,
        shard,
      }
      if (!(await writeLabels(library, request.folders, whose, exported, options.csv))) return
    }
    for (const line of summarize(job)) tell(line)
    process.exitCode = job.counts.failed > 0 ? exitCodes.someFailed : exitCodes.allLabelled
  })
  await hintAtTelemetryFiles(await dataFolder())
}

/** Starts the job and follows it to its end; Ctrl-C pauses it. */
function runJob({ client, subscribe }: OpenLibrary, request: JobRequest): Promise<Job> {
  const ended = new Promise<Job>((resolve) => {
    subscribe('job.changed', (job) => {
      if (job.state !== 'running') resolve(job)
    })
  })
  let started: Job | null = null
  let isInterrupted = false
  // `job.changed` reports the end of the job, also when it cannot be paused.
  const pause = (job: Job) => client.jobs.pause({ id: job.id }).catch(() => undefined)
  return followTask<JobProgress, Job>({
    describe: describeProgress,
    subscribe: (update) => subscribe('job.progress', update),
    cancel(line) {
      // A second Ctrl-C ends at once; the job is as resumable as after a kill.
      process.once('SIGINT', () => process.exit(exitCodes.interrupted))
      line.note('Stopping: what is in work is finished and saved. Ctrl-C again ends at once.')
      isInterrupted = true
      if (started !== null) void pause(started)
    },
    async work() {
      started = await client.jobs.start(request)
      if (isInterrupted) void pause(started)
      return ended
    },
  })
}

function explainEnd(job: Job): number {
  if (job.state === 'failed') {
    tell(`labelroom: ${job.reason === null ? 'the job failed' : english(job.reason)}`)
    return exitCodes.couldNotRun
  }
  const done = job.counts.labelled + job.counts.failed + job.counts.skipped
  tell(`Stopped after ${done} files; all of it is saved. Run the same command again to go on from there.`)
  return exitCodes.interrupted
}

/** A place that cannot be written should be known before an hour of work, not after. */
async function checkWritable(file: string): Promise<void> {
  const folder = path.dirname(path.resolve(file))
  const refuse = (why: string) =>
    new AppError('output-unwritable', verbatim(`${file} cannot be written: ${why}. Choose another place.`))
  if ((await stat(file).catch(() => null))?.isDirectory() === true) throw refuse('it is a folder')
  if ((await stat(folder).catch(() => null))?.isDirectory() !== true)
    throw refuse(`there is no folder ${folder}`)
  await access(folder, constants.W_OK).catch(() => {
    throw refuse(`the folder ${folder} is read-only`)
  })
}
