// `--shard` as a user writes it and as schedulers number their tasks.
import { expect, test } from 'vitest'
import { chooseShard, type ShardOptions } from '../../electron/cli/shard-option.ts'

const of = (options: ShardOptions, variables: Record<string, string> = {}) => chooseShard(options, variables)

/** As Slurm 22.05 sets them. */
const slurm = (id: number, { min, max, step, count }: Record<'min' | 'max' | 'step' | 'count', number>) => ({
  SLURM_ARRAY_TASK_ID: `${id}`,
  SLURM_ARRAY_TASK_MIN: `${min}`,
  SLURM_ARRAY_TASK_MAX: `${max}`,
  SLURM_ARRAY_TASK_STEP: `${step}`,
  SLURM_ARRAY_TASK_COUNT: `${count}`,
})

test('means every file without --shard, and one part of the named number with it', () => {
  expect(of({})).toBeNull()
  expect(of({ shard: '3/64' })).toEqual({ index: 3, count: 64 })
  expect(of({ shard: '3', shards: 64 })).toEqual({ index: 3, count: 64 })
  expect(of({ shard: '64/64', shards: 64 })).toEqual({ index: 64, count: 64 })
})

test.each([
  [
    { SLURM_ARRAY_TASK_ID: '0', SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_COUNT: '64' },
    undefined,
    { index: 1, count: 64 },
  ],
  [
    {
      SLURM_ARRAY_TASK_ID: '12',
      SLURM_ARRAY_TASK_MIN: '10',
      SLURM_ARRAY_TASK_STEP: '2',
      SLURM_ARRAY_TASK_COUNT: '5',
    },
    undefined,
    { index: 2, count: 5 },
  ],
  [slurm(7, { min: 1, max: 10, step: 3, count: 4 }), undefined, { index: 3, count: 4 }],
  [{ JOB_COMPLETION_INDEX: '0' }, 8, { index: 1, count: 8 }],
  [{ JOB_COMPLETION_INDEX: '7' }, 8, { index: 8, count: 8 }],
  [{ AWS_BATCH_JOB_ARRAY_INDEX: '3', AWS_BATCH_JOB_ARRAY_SIZE: '10' }, undefined, { index: 4, count: 10 }],
  [{ AWS_BATCH_JOB_ARRAY_INDEX: '3' }, 10, { index: 4, count: 10 }],
])('takes the number of a task from %o', (variables, shards, expected) => {
  expect(of({ shard: 'auto', ...(shards === undefined ? {} : { shards }) }, variables)).toEqual(expected)
})

test.each<[ShardOptions, Record<string, string>, string]>([
  [{ shard: 'auto' }, {}, 'No scheduler gives this task a number'],
  [{ shard: 'auto' }, { JOB_COMPLETION_INDEX: '0' }, 'JOB_COMPLETION_INDEX does not say how many tasks'],
  [{ shard: 'auto', shards: 4 }, { JOB_COMPLETION_INDEX: '4' }, 'JOB_COMPLETION_INDEX means part 5'],
  [{ shard: 'auto', shards: 4 }, { JOB_COMPLETION_INDEX: 'x' }, "JOB_COMPLETION_INDEX is 'x'"],
  [
    { shard: 'auto', shards: 4 },
    { JOB_COMPLETION_INDEX: '1', AWS_BATCH_JOB_ARRAY_INDEX: '1' },
    'Two schedulers give this task a number, JOB_COMPLETION_INDEX and AWS_BATCH_JOB_ARRAY_INDEX',
  ],
  [
    { shard: 'auto', shards: 4 },
    { AWS_BATCH_JOB_ARRAY_INDEX: '1', AWS_BATCH_JOB_ARRAY_SIZE: '8' },
    'the number of tasks is 8, and --shards says 4',
  ],
  // A failed task, submitted again by its number alone.
  [
    { shard: 'auto' },
    { SLURM_ARRAY_TASK_ID: '7', SLURM_ARRAY_TASK_MIN: '7', SLURM_ARRAY_TASK_COUNT: '1' },
    'Write it as --shard 7/64',
  ],
  // Some of 64 again: --array=3,7 and --array=1,2,4.
  [{ shard: 'auto' }, slurm(3, { min: 3, max: 7, step: 1, count: 2 }), 'do not say which part'],
  [{ shard: 'auto' }, slurm(7, { min: 3, max: 7, step: 1, count: 2 }), 'Write it as --shard 7/64'],
  [{ shard: 'auto' }, slurm(2, { min: 1, max: 4, step: 1, count: 3 }), 'Write it as --shard 2/64'],
  [
    { shard: 'auto', shards: 32 },
    slurm(3, { min: 3, max: 7, step: 1, count: 2 }),
    'Write it as --shard 3/32',
  ],
  [{ shard: '0/64' }, {}, '--shard 0/64 means part 0, and there are parts 1 to 64'],
  [{ shard: '65/64' }, {}, '--shard 65/64 means part 65'],
  [{ shard: '3/0' }, {}, 'there can be 1 to 100000 shards, not 0'],
  [{ shard: 'three' }, {}, '--shard three is not a part'],
  [{ shard: '3' }, {}, '--shard 3 of how many?'],
  [{ shard: '3/64', shards: 32 }, {}, 'disagree'],
  [{ shards: 32 }, {}, '--shards says how many there are'],
])('refuses %o under %o', (options, variables, sentence) => {
  expect(() => of(options, variables)).toThrow(sentence)
})
