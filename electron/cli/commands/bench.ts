// `labelroom bench`: how fast the job is here, as ratios to its own parts and to the transformers.js pipeline.
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Command } from 'commander'
import type { DeviceChoice, Precision } from '../../contract/domain.ts'
import { defaultPhotoLimits } from '../../contract/inference.ts'
import { planWorkers } from '../../core/inference/inference-pool.ts'
import { dataFolder } from '../../host/data-folder.ts'
import { cacheDir as cacheOf, openOutputs } from '../../host/host-files.ts'
import { isPeerInstalled, measureJob, measurePart } from '../bench/measure.ts'
import { benchJson, benchTable, summarizeBench, type BenchReport, type BenchRounds } from '../bench/report.ts'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { withInterrupt } from '../follow-task.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { printLine } from '../stdout.ts'
import { describeDevice } from '../summary.ts'
import { tell } from '../stderr.ts'

interface BenchOptions {
  readonly model?: string
  readonly device: DeviceChoice
  readonly precision: Precision
  readonly threads?: number
  readonly rounds: number
  readonly json?: string
  readonly overwrite: boolean
  readonly peer: boolean
}

export function addBenchCommand(command: Command): void {
  command
    .argument('<folder>', 'photos to measure with')
    .option('--model <path>', 'a model folder or an .onnx file')
    .addOption(opt.deviceOption())
    .addOption(opt.precisionOption())
    .addOption(opt.threadsOption())
    .addOption(opt.roundsOption())
    .option('--json <file>', 'also write the numbers to this file; - is standard output')
    .addOption(opt.overwriteOption())
    .option('--no-peer', 'leave transformers.js out')
    .action(bench)
}

async function bench(folder: string, options: BenchOptions): Promise<void> {
  if (options.model === undefined) throw new UsageError('Give --model with a model folder or an .onnx file.')
  const json =
    options.json === undefined || options.json === '-'
      ? null
      : { file: libraryPath(options.json), overwrite: options.overwrite }
  const outputs = openOutputs(await dataFolder())
  if (json !== null) await outputs.check(json)
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'labelroom-bench-'))
  const interrupt = () => {
    rmSync(temporary, { recursive: true, force: true })
    process.exit(exitCodes.interrupted)
  }
  try {
    const wanted = options.model
    const report = await withInterrupt(interrupt, () =>
      measure(libraryPath(folder), libraryPath(wanted), options, temporary),
    )
    if (options.json === '-') printLine(benchJson(report))
    else {
      printLine(benchTable(report))
      printLine(`${report.photos} photos, ${options.precision}, on ${describeDevice(report.device)}`)
      if (json !== null) await outputs.write(json, (append) => append(benchJson(report)))
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
  const { precision } = options
  const cores = options.threads ?? os.availableParallelism()
  const cacheDir = cacheOf(await dataFolder())
  const peerFolder = path.join(temporary, 'peer')
  const parts =
    options.peer && isPeerInstalled()
      ? (['decode', 'inference', 'peer'] as const)
      : (['decode', 'inference'] as const)
  const rounds: Record<keyof BenchRounds, number[]> = { job: [], decode: [], inference: [], peer: [] }

  const job = { folders: [folder], model, device: options.device, precision, inputSizePx: null }
  // Not counted: finds the device, which the parts then use too, and leaves out what no one can decode.
  const { device, paths, weightBytes } = await measureJob(temporary, cacheDir, cores, job)
  const load = {
    type: 'load' as const,
    modelPath: model,
    precision,
    inputSizePx: null,
    device: device.ran,
    cacheDir,
    ...planWorkers(cores, weightBytes, paths.length),
    limits: defaultPhotoLimits,
  }
  for (let round = 1; round <= options.rounds; round++) {
    tell(`round ${round} of ${options.rounds}`)
    const { msPerPhoto } = await measureJob(temporary, cacheDir, cores, { ...job, device: device.ran })
    rounds.job.push(msPerPhoto)
    for (const part of parts)
      rounds[part].push(await measurePart({ part, load, paths: [...paths], peerFolder }))
  }
  return summarizeBench(paths.length, device, rounds)
}
