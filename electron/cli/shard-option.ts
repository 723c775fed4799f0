// `--shard` and `--shards`: which part of the folders a task labels, as its user or its scheduler numbers it.
import type { Shard } from '../contract/jobs.ts'
import { maxShards } from '../contract/jobs.ts'
import { UsageError } from './exit-codes.ts'

export interface ShardOptions {
  /** `3/64`, `3` with `--shards 64`, or `auto`. */
  readonly shard?: string
  readonly shards?: number
}

type Variables = Readonly<Record<string, string | undefined>>

/** The number of a task as its scheduler gives it, made to start at 1. */
interface ArrayTask {
  readonly variable: string
  readonly index: number
  /** Null where the scheduler does not say it. */
  readonly count: number | null
}

/** Returns the part that is meant; null: all. Throws UsageError with one sentence for what names no part. */
export function chooseShard({ shard, shards }: ShardOptions, variables: Variables): Shard | null {
  if (shard === undefined) {
    if (shards === undefined) return null
    throw new UsageError(
      '--shards says how many there are; which one, says --shard, for example --shard auto.',
    )
  }
  if (shard === 'auto') return ofScheduler(variables, shards ?? null)
  const [, first = '', , second] = /^(\d{1,6})(\/(\d{1,6}))?$/.exec(shard) ?? []
  if (first === '')
    throw new UsageError(`--shard ${shard} is not a part: write it as 3/64, or auto under a scheduler.`)
  const said = second === undefined ? null : Number(second)
  if (said !== null && shards !== undefined && said !== shards)
    throw new UsageError(`--shard ${shard} and --shards ${shards} disagree; leave --shards out.`)
  const count = said ?? shards ?? null
  if (count === null) throw new UsageError(`--shard ${shard} of how many? Write it as ${shard}/64.`)
  return checked({ index: Number(first), count }, `--shard ${shard}`)
}

function ofScheduler(variables: Variables, shards: number | null): Shard {
  const found = [slurmTask, kubernetesTask, awsTask].flatMap((read) => read(variables, shards) ?? [])
  const [task, other] = found
  if (task === undefined)
    throw new UsageError(
      'No scheduler gives this task a number: SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and AWS_BATCH_JOB_ARRAY_INDEX are not set. Write the part as --shard 3/64.',
    )
  if (other !== undefined)
    throw new UsageError(
      `Two schedulers give this task a number, ${task.variable} and ${other.variable}. Write the part as --shard 3/64.`,
    )
  const { variable, index, count } = task
  if (count !== null && shards !== null && count !== shards)
    throw new UsageError(
      `The scheduler says that the number of tasks is ${count}, and --shards says ${shards}. Leave --shards out, or write the part as --shard 3/${shards}.`,
    )
  if ((count ?? shards) === null)
    throw new UsageError(`${variable} does not say how many tasks there are: add --shards N.`)
  return checked({ index, count: count ?? shards ?? 1 }, variable)
}

function checked(shard: Shard, source: string): Shard {
  const { index, count } = shard
  if (count < 1 || count > maxShards)
    throw new UsageError(`${source}: there can be 1 to ${maxShards} shards, not ${count}.`)
  if (index < 1 || index > count)
    throw new UsageError(`${source} means part ${index}, and there are parts 1 to ${count}.`)
  return shard
}

function number(variables: Variables, name: string): number | null {
  const text = variables[name]
  if (text === undefined || text === '') return null
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${name} is '${text}', which is no number of a task.`)
  return Number(text)
}

/**
 * An array may start at any number and leave some out: `--array=0-126:2` has the numbers 0, 2, 4 and so on. One like `3,7`, tasks
 * that are submitted again, has a step of 1 and gaps: its numbers are those of another array.
 */
function slurmTask(variables: Variables, shards: number | null): ArrayTask | null {
  const variable = 'SLURM_ARRAY_TASK_ID'
  const id = number(variables, variable)
  if (id === null) return null
  const count = number(variables, 'SLURM_ARRAY_TASK_COUNT')
  const least = number(variables, 'SLURM_ARRAY_TASK_MIN') ?? 1
  const step = number(variables, 'SLURM_ARRAY_TASK_STEP') ?? 1
  const partOf = (taskId: number) => (taskId - least) / Math.max(1, step) + 1
  const index = partOf(id)
  const most = number(variables, 'SLURM_ARRAY_TASK_MAX')
  const hasGaps = count !== null && most !== null && partOf(most) !== count
  // One task that was submitted again by its number would label everything as part 1 of 1.
  const isSingle = count === 1 && id > 1 && shards === null
  if (isSingle || hasGaps || !Number.isInteger(index))
    throw new UsageError(
      `The numbers of this Slurm array (task ${id}, number of tasks: ${count ?? 'unknown'}) do not say which part is meant. Write it as --shard ${Math.max(1, id)}/${shards ?? 64}.`,
    )
  return { variable, index, count }
}

function kubernetesTask(variables: Variables): ArrayTask | null {
  const variable = 'JOB_COMPLETION_INDEX'
  const index = number(variables, variable)
  return index === null ? null : { variable, index: index + 1, count: null }
}

function awsTask(variables: Variables): ArrayTask | null {
  const variable = 'AWS_BATCH_JOB_ARRAY_INDEX'
  const index = number(variables, variable)
  if (index === null) return null
  return { variable, index: index + 1, count: number(variables, 'AWS_BATCH_JOB_ARRAY_SIZE') }
}
