// Prints how fast a library of 100,000 files answers: opening it, filters, sorts, scrolling, rules and labels.
// usage: npm run bench:browse [-- FOLDER of make-library.ts]; without one, a library is made and removed again.
// Times are wall time with the CPU time beside them, since other programs slow the former down.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { PhotoSort, type PhotoFilter } from '../../electron/contract/browse.ts'
import { Rules } from '../../electron/contract/rules.ts'
import { createClient, directTransport, type CoreClient } from '../../electron/core/client.ts'
import { createCore, type Core } from '../../electron/core/core.ts'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'
import { makeLibrary } from '../helpers/large-library.ts'

const rounds = 40
const coldScript = new URL('browse-cold-start.ts', import.meta.url).pathname
const random = createRandom(1)
const scratch = await mkdtemp(path.join(tmpdir(), 'labelroom-browse-'))
const given = process.argv[2]
if (given === undefined) await makeLibrary({ folder: scratch, files: 100_000, dim: 0, pictures: 0 })
else await copyFile(path.join(path.resolve(given), 'library.db'), path.join(scratch, 'library.db'))
if (!existsSync(path.join(scratch, 'library.db'))) throw new Error(`There is no library in ${scratch}.`)

const open = (): { core: Core; client: CoreClient } => {
  const core = createCore({
    libraryFile: path.join(scratch, 'library.db'),
    cacheDir: path.join(scratch, 'cache'),
    spawnInference,
  })
  return { core, client: createClient(directTransport(core)) }
}

const Sample = z.object({ wallMs: z.number(), cpuMs: z.number() })
type Sample = z.infer<typeof Sample>
const Start = z.object({ 'first rows': Sample, 'all answers': Sample })

async function time(work: () => Promise<unknown>): Promise<Sample> {
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  await work()
  const wallMs = performance.now() - startMs
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs, cpuMs: (user + system) / 1000 }
}

/** Measures many calls, and how long the event loop was held at worst. */
async function measure(
  name: string,
  work: (round: number) => Promise<unknown>,
  count = rounds,
): Promise<void> {
  const samples: Sample[] = []
  await work(0)
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  for (let round = 0; round < count; round++) {
    samples.push(await time(() => work(round)))
    await setImmediate()
  }
  loop.disable()
  print(name, samples, loop.max / 1e6)
}

/** The middle and the slow end. */
function print(name: string, samples: readonly Sample[], loopMs: number): void {
  const column = (of: (sample: Sample) => number) => {
    const sorted = samples.map(of).sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
    return [at(0.5), at(0.95)]
  }
  const row = [...column(({ wallMs }) => wallMs), ...column(({ cpuMs }) => cpuMs), loopMs]
  console.log(name.padEnd(44), ...row.map((ms) => ms.toFixed(1).padStart(8)))
}

console.log(
  ''.padEnd(44),
  ...['p50 ms', 'p95 ms', 'CPU p50', 'CPU p95', 'loop max'].map((text) => text.padStart(8)),
)
// Each in a fresh process, from the opening of the library on.
const starts = Array.from({ length: 7 }, () =>
  Start.parse(JSON.parse(execFileSync(process.execPath, [coldScript, scratch], { encoding: 'utf8' }))),
)
for (const stage of ['first rows', 'all answers'] as const)
  print(
    `cold start: ${stage}`,
    starts.map((start) => start[stage]),
    0,
  )

const { core, client } = open()
const tree = await client.library.tree({})
const anyFolder = () => tree[Math.floor(random() * tree.length)]?.path ?? null
const filters: Record<string, () => Partial<PhotoFilter>> = {
  everything: () => ({}),
  'a folder': () => ({ folder: anyFolder() }),
  'states suggested': () => ({ states: ['suggested'] }),
  'a label': () => ({ labels: ['tench'] }),
  'a label with those below it': () => ({ labels: ['animal'] }),
  'a score range': () => ({ minScore: 0.3, maxScore: 0.3 + random() / 2 }),
  'a model': () => ({ modelId: 1 as PhotoFilter['modelId'] }),
  dates: () => ({ fromMs: Date.UTC(2016, Math.floor(random() * 12)), toMs: Date.UTC(2018, 0) }),
  'text, one word': () => ({ text: 'alps' }),
  'text, in every path': () => ({ text: 'jpg' }),
  'text, two words': () => ({ text: 'tench img' }),
  'text, Chinese': () => ({ text: '京' }),
  'all of them': () => ({
    folder: tree[0]?.path ?? null,
    states: ['suggested'],
    labels: ['tench', 'animal'],
    minScore: 0.1,
    modelId: 1 as PhotoFilter['modelId'],
    fromMs: 0,
    text: 'jpg',
  }),
}
for (const [name, filter] of Object.entries(filters))
  await measure(`open: ${name}`, () => client.browse.open({ filter: filter(), sort: {} }))
for (const by of PhotoSort.shape.by.unwrap().options)
  await measure(`open: everything by ${by}`, (round) =>
    client.browse.open({ filter: {}, sort: { by, isDescending: round % 2 === 1 } }),
  )
await measure('counts: suggested, a label', () => client.browse.counts({ filter: { labels: ['tench'] } }))

const view = await client.browse.open({ filter: {}, sort: {} })
const anyOffset = () => Math.floor(random() * (view.total - 200))
await measure('window: 200 cards', () => client.browse.window({ ...view, offset: anyOffset(), limit: 200 }))
await measure('ids: all', () => client.browse.ids({ ...view, from: 0, to: view.total }))
await measure('tree', () => client.library.tree({}))
await measure('labels.list', () => client.labels.list({}))

const rulesOf = (minScore: number): Rules =>
  Rules.parse({
    minScore,
    perLabel: [{ name: 'fish', minScore: 0.5 }],
    mapping: ['tench', 'goldfish', 'electric ray'].map((from) => ({ from, to: 'fish' })),
  })
await measure('rules.preview', () => client.rules.preview({ rules: rulesOf(random() / 2) }))
await measure(
  'rules.set, then counts',
  async (round) => {
    await client.rules.set({ rules: rulesOf(round / 100) })
    await client.browse.counts({ filter: {} })
  },
  10,
)
const { photoIds } = await client.browse.ids({ ...view, from: 1000, to: 1200 })
const some = photoIds.filter((id) => id !== null).slice(0, 50)
await measure('labels.confirm 50, then labels.list, open', async (round) => {
  await client.labels.confirm({ photoIds: some, name: `label ${round % 3}` })
  await client.labels.list({})
  await client.browse.open({ filter: {}, sort: { by: 'score' } })
})
await core.close()
await rm(scratch, { recursive: true })
