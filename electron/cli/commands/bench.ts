// `labelroom bench`: how fast the job is here, as ratios to its own parts and to the transformers.js pipeline.
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Command } from 'commander'
import { readModelFolder } from '../../../models/model-folder.ts'
import { prepareGraph } from '../../../models/prepare.ts'
import type { DeviceChoice, Precision } from '../../contract/domain.ts'
import { defaultPhotoLimits } from '../../contract/inference.ts'
import { writeWhole } from '../../core/export/write-file.ts'
import { planWorkers } from '../../core/labelling/inference-pool.ts'
import { dataFolder } from '../../host/data-folder.ts'
import { measureJob, measurePart } from '../bench/measure.ts'
import { isPeerInstalled, writePeerFolder } from '../bench/peer-folder.ts'
import { benchTable, summarizeBench, type BenchReport, type BenchRounds } from '../bench/report.ts'
import { exitCodes, UsageError } from '../exit-codes.ts'
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
    .option('--model <path>', 'a model folder or an .onnx file')
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
  const interrupt = () => {
    rmSync(temporary, { recursive: true, force: true })
    process.exit(exitCodes.interrupted)
  }
  process.once('SIGINT', interrupt)
  try {
    const report = await measure(opt.toCorePath(folder), opt.toCorePath(options.model), options, temporary)
    if (options.json === '-') console.log(JSON.stringify(report, null, 2))
    else {
      console.log(benchTable(report))
      console.log(`${report.photos} photos, ${options.precision}, on ${describeDevice(report.device)}`)
      if (options.json !== undefined)
        await writeWhole(opt.toCorePath(options.json), Buffer.from(JSON.stringify(report, null, 2)))
    }
  } finally {
    process.removeListener('SIGINT', interrupt)
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
  const cacheDir = `${await dataFolder()}/cache`
  const modelFolder = await readModelFolder(model)
  const peerFolder = path.join(temporary, 'peer')
  await writePeerFolder(peerFolder, modelFolder, await prepareGraph(modelFolder, { precision, cacheDir }))
  const parts =
    options.peer && isPeerInstalled()
      ? (['decode', 'inference', 'peer'] as const)
      : (['decode', 'inference'] as const)
  const rounds: Record<keyof BenchRounds, number[]> = { job: [], decode: [], inference: [], peer: [] }

  const job = { folders: [folder], model, device: options.device, precision, inputSizePx: null }
  // Not counted: finds the device, which the parts then use too, and leaves out what no one can decode.
  const { device, paths } = await measureJob(temporary, cacheDir, cores, job)
  const load = {
    type: 'load' as const,
    modelPath: model,
    precision,
    inputSizePx: null,
    device: device.ran,
    cacheDir,
    ...planWorkers(cores, modelFolder.weightBytes),
    limits: defaultPhotoLimits,
  }
  for (let round = 1; round <= options.rounds; round++) {
    console.error(`round ${round} of ${options.rounds}`)
    const { msPerPhoto } = await measureJob(temporary, cacheDir, cores, { ...job, device: device.ran })
    rounds.job.push(msPerPhoto)
    for (const part of parts)
      rounds[part].push(await measurePart({ part, load, paths: [...paths], peerFolder }))
  }
  return summarizeBench(paths.length, device, rounds)
}
