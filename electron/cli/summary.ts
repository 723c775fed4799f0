// The words around a labelling run: which model and why, totals that add up, and the truth about the device.
import type { BestModel } from '../contract/models.ts'
import type { DeviceReport } from '../contract/domain.ts'
import type { Job } from '../contract/jobs.ts'
import { english } from '../texts/message.ts'
import { formatDuration } from './progress.ts'

const deviceNames = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  directml: 'DirectML',
  coreml: 'CoreML',
} as const

/** Which model labels when none was named, why, and what to expect of it. */
export function explainChoice({ model, reason, accuracy, quality }: BestModel): string {
  if (reason === 'bundled') {
    const right =
      quality === null
        ? ''
        : `, right on about ${Math.round(quality.top1Percent / 10)} of 10 photos of its kind`
    return `Labelling with the bundled model, a small one (${model.labelCount} everyday things${right}). For a better one see: labelroom models catalogue`
  }
  const why =
    accuracy === null
      ? reason === 'chosen'
        ? 'your default model'
        : 'the largest of the models that you added'
      : `the highest published accuracy of the installed models (${accuracy.top1Percent} % on ${accuracy.dataset})`
  return `Labelling with ${model.name}: ${why}. Another one: --model`
}

/** Lines for stderr after a job has ended. */
export function summarize(job: Job): string[] {
  const { files, labelled, failed, skipped, reused } = job.counts
  const known = reused === 0 ? '' : ` (${reused} without inference: known already, or copies)`
  const lines = [`${files} files: ${labelled} labelled${known}, ${failed} failed, ${skipped} skipped.`]
  if (job.device !== null && job.inferred > 0) {
    const rate = (1000 * job.inferred) / job.elapsedMs
    lines.push(
      `${job.inferred} photos in ${formatDuration(job.elapsedMs)}, ${rate.toFixed(1)} photos/s, on ${describeDevice(job.device)}.`,
    )
  }
  return lines
}

/** Which provider truly ran, and why the others did not. */
export function describeDevice(report: DeviceReport): string {
  const cores = report.workers * report.threads
  const where =
    report.ran === 'cpu'
      ? `the CPU (${cores} ${cores === 1 ? 'core' : 'cores'})`
      : `${deviceNames[report.ran]} (${Math.round(100 * report.nodeShare)} % of the graph's nodes)`
  const others = report.trials
    .filter(({ device }) => device !== report.ran)
    .map(({ device, photosPerSecond, note }) =>
      photosPerSecond === null
        ? `${deviceNames[device]} does not work here: ${note === null ? 'no reason given' : english(note)}`
        : `${deviceNames[device]} was slower, ${photosPerSecond.toFixed(1)} photos/s`,
    )
  return [where, ...others].join('; ')
}
