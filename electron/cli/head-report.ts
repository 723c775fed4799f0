// A head and its metrics as lines of text, and its promotion, for the commands that show heads.
import type { Head, HeadMetrics, TrainResult } from '../contract/heads.ts'
import { AppError } from '../contract/errors.ts'
import { english } from '../texts/message.ts'
import { exitCodes } from './exit-codes.ts'
import { withTask } from './follow-task.ts'
import type { OpenLibrary } from './open-library.ts'
import { tell } from './stderr.ts'
import { printLine } from './stdout.ts'

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const cell = (share: number | null): string => (share === null ? '-' : share.toFixed(3)).padStart(10)

/** Totals, a table of classes, and the pairs of classes that are confused most. */
function describeMetrics(metrics: HeadMetrics, evaluation: string): string[] {
  const { photos, accuracy, top5, calibrationError, perClass, confusion } = metrics
  const width = Math.max(5, ...perClass.map(({ name }) => name.length))
  const confused = confusion
    .flatMap((row, truth) => row.map((count, predicted) => ({ count, truth, predicted })))
    .filter(({ count, truth, predicted }) => truth !== predicted && count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 5)
  const nameOf = (c: number) => perClass[c]?.name ?? ''
  return [
    `${photos} photos (${evaluation}): accuracy ${percent(accuracy)}, top-5 ${percent(top5)}, calibration error ${percent(calibrationError)}`,
    `${'class'.padEnd(width)}${['photos', 'precision', 'recall', 'F1'].map((title) => title.padStart(10)).join('')}`,
    ...perClass.map(
      ({ name, examples, precision, recall, f1 }) =>
        name.padEnd(width) + String(examples).padStart(10) + cell(precision) + cell(recall) + cell(f1),
    ),
    ...confused.map(
      ({ count, truth, predicted }) => `${count} of ${nameOf(truth)} taken for ${nameOf(predicted)}`,
    ),
  ]
}

const namesOfKinds = { 'nearest-mean': 'nearest class mean', knn: 'nearest neighbours' } as const

export function describeKind({ kind, l2, mode }: Head): string {
  const penalty = `(L2 ${l2 ?? 0})`
  const words = l2 === null ? 'words' : `words moved by labels ${penalty}`
  const name = kind === 'linear' ? `linear probe ${penalty}` : kind === 'words' ? words : namesOfKinds[kind]
  return `${name}${mode === 'multi' ? ', several labels a photo' : ''}`
}

export function printMetrics(metrics: HeadMetrics, evaluation: string): void {
  for (const line of describeMetrics(metrics, evaluation)) printLine(line)
}

export async function promoteHead(library: OpenLibrary, { id }: Head): Promise<void> {
  const { head, photos } = await withTask(library, (taskId) => library.client.heads.promote({ id, taskId }))
  printLine(
    `Head ${head.version} is in use: ${photos} photos have its suggestions. Your labels are as they were.`,
  )
}

/** Work that comes after a head was saved: at Ctrl-C it ends and the head stays, and null is returned. */
export async function unlessStopped<T>({ version }: Head, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'cancelled') throw error
    tell(`Stopped; head ${version} is kept.`)
    process.exitCode = exitCodes.interrupted
    return null
  }
}

/** What a new head is, and how good. */
export function printHead({ head, elapsedMs }: TrainResult): void {
  const seconds = (elapsedMs / 1000).toFixed(1)
  printLine(
    `Head ${head.version}: ${describeKind(head)}, ${head.classes.length} classes, ${head.trainedOn} photos, ${seconds} s.`,
  )
  if (head.metrics !== null) printMetrics(head.metrics, head.evaluation)
}

/** Whether a new head is proposed, and why; promotes it where it is and that was asked for. */
export async function printVerdict(
  library: OpenLibrary,
  { head, isProposed, reason }: TrainResult,
  promotes: boolean,
): Promise<void> {
  printLine(
    `${isProposed ? (head.metrics === null ? 'Proposed' : 'Better') : 'Not proposed'}: ${english(reason).replace(/\.$/, '')}.`,
  )
  if (isProposed && promotes) await unlessStopped(head, () => promoteHead(library, head))
  else printLine(`See what it would change: labelroom heads preview ${head.version}`)
}
