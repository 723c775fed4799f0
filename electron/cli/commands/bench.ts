// `labelroom bench`: how fast the job is here, as ratios to its own parts and to the transformers.js pipeline.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Command } from 'commander'
import { readModelFolder } from '../../../models/model-folder.ts'
import { prepareGraph } from '../../../models/prepare.ts'
import type { DeviceChoice, Precision } from '../../contract/domain.ts'
import { formatOfName } from '../../contract/formats.ts'
import { defaultPhotoLimits } from '../../contract/inference.ts'
import { planWorkers } from '../../core/labelling/inference-pool.ts'
import { scanFolder } from '../../core/library/scan.ts'
import { dataFolder } from '../../host/data-folder.ts'
import { measureJob, measurePart, type JobMeasure } from '../bench/measure.ts'
import { isPeerInstalled, writePeerFolder } from '../bench/peer-folder.ts'
import { benchTable, summarizeBench, type BenchReport } from '../bench/report.ts'
import { UsageError } from '../exit-codes.ts'
import * as opt from '../options.ts'
import { describeDevice } from '../summary.ts'

interface BenchOptions {
  readonly model?: string
  readonly device: DeviceChoice
  readonly precision: Precision
  readonly threads?: number
  readonly rounds: number
  readonly json?: string
  readonly peer: boolean
}

export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description('measure the job against its parts and against transformers.js, interleaved in one run')
    .argument('<folder>', 'photos to measure with')
    .addOption(opt.modelOption())
    .addOption(opt.deviceOption())
    .addOption(opt.precisionOption())
    .addOption(opt.threadsOption())
    .addOption(opt.roundsOption())
    .option('--json <file>', 'also write the numbers to this file; - is standard output')
    .option('--no-peer', 'leave transformers.js out')
    .action(bench)
}

async function bench(folder: string, options: BenchOptions): Promise<void> {
  if (options.model === undefined) throw new UsageError('Give --model with a model folder or an .onnx file.')
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'labelroom-bench-'))
  try {
    const report = await measure(opt.toCorePath(folder), opt.toCorePath(options.model), options, temporary)
    if (options.json === '-') console.log(JSON.stringify(report, null, 2))
    else {
      console.log(benchTable(report))
      console.log(`${report.photos} photos, ${options.precision}, on ${describeDevice(report.device)}`)
      if (options.json !== undefined) await writeFile(options.json, JSON.stringify(report, null, 2))
    }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function measure(
  folder: string,
  model: string,
  options: BenchOptions,
  temporary: string,
): Promise<BenchReport> {
  const { device, precision } = options
  const threads = options.threads ?? os.availableParallelism()
  const cacheDir = `${await dataFolder()}/cache`
  const paths: string[] = []
  for await (const file of scanFolder(folder)) if (formatOfName(file.path) !== null) paths.push(file.path)
  if (paths.length === 0) throw new UsageError(`There are no photos in ${folder}.`)
  const modelFolder = await readModelFolder(model)
  const peerFolder = path.join(temporary, 'peer')
  await writePeerFolder(peerFolder, modelFolder, await prepareGraph(modelFolder, { precision, cacheDir }))

  const load = {
    type: 'load' as const,
    modelPath: model,
    precision,
    inputSizePx: null,
    device,
    cacheDir,
    ...planWorkers(threads, modelFolder.weightBytes),
    limits: defaultPhotoLimits,
  }
  const rounds = {
    job: [] as number[],
    decode: [] as number[],
    inference: [] as number[],
    peer: [] as number[],
  }
  let measured: JobMeasure | null = null
  for (let round = 0; round < options.rounds; round++) {
    console.error(`round ${round + 1} of ${options.rounds}`)
    measured = await measureJob(temporary, cacheDir, threads, {
      folders: [folder],
      model,
      device,
      precision,
      inputSizePx: null,
    })
    rounds.job.push(measured.msPerPhoto)
    for (const part of options.peer && isPeerInstalled()
      ? (['decode', 'inference', 'peer'] as const)
      : (['decode', 'inference'] as const))
      rounds[part].push(await measurePart({ part, load, paths, peerFolder }))
  }
  if (measured === null) throw new UsageError('--rounds must be at least 1.')
  return summarizeBench(paths.length, measured.device, rounds)
}
