// A folder labelled in shards and merged is the folder labelled at once, to the last digit, also where a shard was killed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync } from 'node:fs'
import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cliFile, runCliHosted, type CliResult } from '../helpers/cli.ts'
import { parseCsv } from '../helpers/csv.ts'
import { queryDuckDb, quoted } from '../helpers/duckdb.ts'
import { homeEnvironment } from '../helpers/home-environment.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

const samples = fileURLToPath(new URL('../../docs/samples', import.meta.url))
const helper = (name: string) => new URL(`../helpers/${name}.ts`, import.meta.url).href
const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'labelroom-test-')))
const photos = path.join(home, 'photos')
const table = path.join(home, 'table')
const at = (name: string) => path.join(home, name)
const run = (...args: string[]): Promise<CliResult> => runCliHosted(args, home)
const columns = ['--columns', 'sha256,width,taken_at']
const label = ['label', photos, '--model', at('tiny'), '--device', 'cpu', '--threads', '1', ...columns]
const shardArgs = (index: number): string[] => [
  ...[...label, '--shard', `${index}/3`, '--library', at(`${index}.db`)],
  ...['--csv', at(`${index}.csv`), '--parquet', table, '--embeddings'],
]

/** Runs the command in a process of its own that ends itself at the point. */
async function runAndKill(point: string, args: readonly string[]): Promise<void> {
  const child = spawn(
    process.execPath,
    [`--import=${helper('end-with-parent')}`, `--import=${helper('kill-at')}`, cliFile, ...args],
    {
      env: { ...process.env, ...homeEnvironment(home), KILL_AT: point },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  )
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
}

beforeAll(async () => {
  await cp(samples, photos, { recursive: true })
  await writeTinyModel(at('tiny'))
  const whole = await run(...label, '--library', at('whole.db'), '--csv', at('whole.csv'))
  expect(whole.code, whole.stderr).toBe(0)
  // The second shard is killed twice before it comes to its end.
  await runAndKill('progress', shardArgs(2))
  await runAndKill('part', shardArgs(2))
  expect(await readdir(path.join(table, 'shard=002'))).not.toContain('part-0.parquet')
  for (const index of [1, 2, 3]) {
    const { code, stderr } = await run(...shardArgs(index))
    expect(code, stderr).toBe(0)
  }
}, 240_000)

afterAll(() => rm(home, { recursive: true, force: true }))

test('merges shards to the CSV of the unsharded run, byte for byte, with counts that add up', async () => {
  const shards = [1, 2, 3].map((index) => at(`${index}.db`))
  const { code, stdout } = await run('merge', ...shards, '--into', at('merged.db'))
  expect(code).toBe(0)
  const merged = await run('export', photos, '--library', at('merged.db'), '--csv', '-', ...columns)
  const whole = await readFile(at('whole.csv'), 'utf8')
  expect(merged.stdout).toBe(whole)
  const files = new Set(parseCsv(whole).map((row) => row['file_name'])).size
  expect(stdout).toContain(`Together ${files} files: ${files} labelled, 0 failed, 0 skipped.`)
  expect(stdout).toContain(`merged.db has ${files} files: ${files} labelled, 0 failed, 0 skipped.`)
  const counted = [...stdout.matchAll(/part \d\/3: (\d+) files/g)].map(([, count]) => Number(count))
  expect(counted).toHaveLength(3)
  expect(Math.min(...counted)).toBeGreaterThan(0)
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(files)
}, 60_000)

test('writes parts that DuckDB reads as one table, row by row that of the unsharded CSV', async () => {
  const names = `file_name, coalesce(label, '') AS label, printf('%.6f', score) AS score, rank::VARCHAR AS rank, status,
    coalesce(reason, '') AS reason, source, model, sha256, width::VARCHAR AS width, coalesce(taken_at, '') AS taken_at`
  const parts = quoted(path.join(table, '*/*.parquet'))
  const rows = await queryDuckDb(`SELECT ${names} FROM ${parts} ORDER BY file_name, rank`)
  const csv = parseCsv(await readFile(at('whole.csv'), 'utf8'))
  const key = (row: Record<string, unknown>) => `${String(row['file_name'])} ${String(row['rank'])}`
  expect(rows.toSorted(byKey(key))).toEqual(csv.toSorted(byKey(key)))
  const files = new Set(csv.map((row) => row['file_name'])).size
  const [counts] = await queryDuckDb(
    `SELECT count(DISTINCT shard)::INTEGER AS shards, count(embedding)::INTEGER AS embeddings,
       count(DISTINCT len(embedding))::INTEGER AS lengths FROM ${parts}`,
  )
  expect(counts).toEqual({ shards: 3, embeddings: files, lengths: 1 })
})

test('shows nothing of the runs that were killed, and a shard that runs again changes nothing', async () => {
  const before = await readFile(path.join(table, 'shard=002', 'part-0.parquet'))
  expect((await run(...shardArgs(2))).code).toBe(0)
  expect((await readFile(path.join(table, 'shard=002', 'part-0.parquet'))).equals(before)).toBe(true)
  // What the killed run was writing is hidden, and removed when nothing can be at work on it any more.
  const seen = (await readdir(path.join(table, 'shard=002'))).filter((name) => !name.startsWith('.'))
  expect(seen).toEqual(['part-0.parquet'])
}, 60_000)

test('tells of a part that is missing and of a job that has not ended, with exit code 2', async () => {
  await runAndKill('progress', [...label, '--shard', '1/4', '--library', at('unended.db')])
  const { code, stderr } = await run('merge', at('unended.db'), at('1.db'), '--into', at('partial.db'))
  expect(code).toBe(2)
  expect(stderr).toContain('unended.db: its job has not ended')
  const two = await run('merge', at('1.db'), at('3.db'), '--into', at('two.db'))
  expect(two.code).toBe(2)
  expect(two.stderr).toContain('Missing parts of 3 by tiny (fp32): 2.')
  const whole = await run('merge', at('2.db'), '--into', at('two.db'))
  expect(whole.stderr).not.toContain('Missing')
  expect(whole.code).toBe(0)
}, 120_000)

test('refuses a folder whose parts are those of another division, which engines would read twice', async () => {
  const parts = async (...shard: string[]) => {
    const { code, stderr } = await run(...label, ...shard, '--library', at('other.db'), '--parquet', table)
    expect(code).toBe(3)
    return stderr
  }
  expect(await parts('--shard', '1/2')).toContain('shard=003 is not of a table of 2 parts')
  expect(await parts('--shard', '1/2000')).toMatch(/shard=00\d is not of a table of 2000 parts/)
  expect(await parts()).toMatch(/shard=00\d is not of a table of one part/)
  expect((await readdir(table)).sort()).toEqual(['shard=001', 'shard=002', 'shard=003'])
}, 60_000)

test.each([
  [['label', photos, '--shard', '1/3'], 'Each shard has a library of its own'],
  [
    ['label', photos, '--shard', '4/3', '--library', at('x.db')],
    '--shard 4/3 means part 4, and there are parts 1 to 3.',
  ],
  [['label', photos, '--shard', 'auto', '--library', at('x.db')], 'No scheduler gives this task a number'],
  [['label', photos, '--csv', '-', '--format', 'parquet'], 'Parquet is no text for standard output'],
  [['label', photos, '--embeddings', '--csv', at('x.csv')], '--embeddings needs a Parquet file'],
  [['merge', at('1.db'), '--into', at('x.db'), '--root', 'nothing'], 'Write it as OLD=NEW'],
])('refuses %j with exit code 1', async (args, sentence) => {
  const { code, stderr } = await run(...args)
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(sentence) as string })
})

const byKey =
  (key: (row: Record<string, unknown>) => string) =>
  (a: Record<string, unknown>, b: Record<string, unknown>): number =>
    key(a) < key(b) ? -1 : 1
