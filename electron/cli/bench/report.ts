// The bench's answer: medians and ratios, as a table for people and as JSON for programs.
import type { DeviceReport } from '../../contract/domain.ts'
import { english } from '../../texts/message.ts'

/** Milliseconds a photo of each round. */
export interface BenchRounds {
  readonly job: readonly number[]
  readonly decode: readonly number[]
  readonly inference: readonly number[]
  /** Empty where transformers.js is left out or not installed. */
  readonly peer: readonly number[]
}

export interface BenchReport {
  readonly photos: number
  readonly device: DeviceReport
  readonly msPerPhoto: Readonly<Record<keyof BenchRounds, number | null>>
  /** End to end against what the parts allow: on the CPU they share the cores, elsewhere the slower one bounds. */
  readonly ratioToBound: number
  readonly ratioToPeer: number | null
  readonly rounds: BenchRounds
}

const median = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle]
  if (upper === undefined) return null
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** For programs; the reasons why a device was not used are in English. */
export function benchJson({ photos, device, ...rest }: BenchReport): string {
  const trials = device.trials.map((trial) => ({
    ...trial,
    note: trial.note === null ? null : english(trial.note),
  }))
  return JSON.stringify({ photos, device: { ...device, trials }, ...rest }, null, 2)
}

export function summarizeBench(photos: number, device: DeviceReport, rounds: BenchRounds): BenchReport {
  const msPerPhoto = {
    job: median(rounds.job),
    decode: median(rounds.decode),
    inference: median(rounds.inference),
    peer: median(rounds.peer),
  }
  const { job, decode, inference, peer } = msPerPhoto
  if (job === null || decode === null || inference === null)
    throw new Error('a bench needs at least one round')
  const boundMs = device.ran === 'cpu' ? decode + inference : Math.max(decode, inference)
  return {
    photos,
    device,
    msPerPhoto,
    ratioToBound: boundMs / job,
    ratioToPeer: peer === null ? null : peer / job,
    rounds,
  }
}

export function benchTable(report: BenchReport): string {
  const { job, decode, inference, peer } = report.msPerPhoto
  const bound =
    report.device.ran === 'cpu' ? '1/(1/decode + 1/inference)' : 'the slower of decode and inference'
  const line = (name: string, ms: number | null, note: string) =>
    `${name.padEnd(34)}${ms === null ? '-'.padStart(9) : ms.toFixed(2).padStart(9)}${ms === null ? '-'.padStart(11) : (1000 / ms).toFixed(1).padStart(11)}  ${note}`
  return [
    `${'part'.padEnd(34)}${'ms/photo'.padStart(9)}${'photos/s'.padStart(11)}  ratio`,
    line('Labelroom job, end to end', job, ''),
    line('decode alone, all cores', decode, ''),
    line('inference alone, all cores', inference, ''),
    line(
      'bound from the parts',
      report.ratioToBound * (job ?? 0),
      `job reaches ${report.ratioToBound.toFixed(2)} x of ${bound}`,
    ),
    line(
      'transformers.js pipeline',
      peer,
      report.ratioToPeer === null
        ? 'left out, or not installed'
        : `job is ${report.ratioToPeer.toFixed(2)} x as fast`,
    ),
  ].join('\n')
}
