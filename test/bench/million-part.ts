// One part of million.ts in a process of its own: prints a JSON line for each number, the memory last.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { PhotoSort, type PhotoFilter } from '../../electron/contract/browse.ts'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'
import { askAsWindow, openMadeLibrary } from '../helpers/made-library.ts'

const [, , folder = '', part = ''] = process.argv
const random = createRandom(1)
const say = (what: string, value: number, unit: string) => {
  console.log(JSON.stringify({ what, value, unit }))
}
const startedAtMs = performance.now()
const { core, client } = openMadeLibrary(folder)

interface Sample {
  readonly wallMs: number
  readonly cpuMs: number
}

async function time(work: () => Promise<unknown>): Promise<Sample> {
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 }
}

async function once(what: string, work: () => Promise<unknown>): Promise<void> {
  const { wallMs, cpuMs } = await time(work)
  say(what, wallMs / 1000, 's')
  say(`${what}, processor`, cpuMs / 1000, 's')
}

function sayStart(what: string): void {
  const { user, system } = process.cpuUsage()
  say(what, (performance.now() - startedAtMs) / 1000, 's')
  say(`${what}, processor, from the start of the process`, (user + system) / 1e6, 's')
}

const p95 = (samples: readonly number[]): number =>
  samples.toSorted((a, b) => a - b)[Math.ceil(0.95 * samples.length) - 1] ?? NaN

function sayP95(what: string, samples: readonly Sample[]): void {
  say(`${what}, p95`, p95(samples.map(({ wallMs }) => wallMs)), 'ms')
  say(`${what}, p95 of processor time`, p95(samples.map(({ cpuMs }) => cpuMs)), 'ms')
}

const parts: Record<string, () => Promise<void>> = {
  // A library that was not closed in order, as the one that was just made, is checked whole where it is opened.
  check() {
    say('open after a crash, which checks the library', (performance.now() - startedAtMs) / 1000, 's')
    return Promise.resolve()
  },
  async open() {
    await askAsWindow(client, () => sayStart('open to the first page'))
    sayStart('open to all counts')
  },
  async browse() {
    await client.browse.counts({ filter: {} })
    const filters: (() => Partial<PhotoFilter>)[] = [
      () => ({ states: ['suggested'] }),
      () => ({ labels: ['tench'] }),
      () => ({ labels: ['animal'] }),
      () => ({ minScore: 0.3, maxScore: 0.3 + random() / 2 }),
      () => ({ fromMs: Date.UTC(2016, Math.floor(random() * 12)), toMs: Date.UTC(2018, 0) }),
    ]
    const searches = ['alps', 'jpg', 'tench img', '京', 'img_0042']
    const rounds = async (count: number, open: (round: number) => Promise<unknown>) => {
      await open(0)
      const samples: Sample[] = []
      for (let round = 0; round < count; round++) samples.push(await time(() => open(round)))
      return samples
    }
    const open = (filter: Partial<PhotoFilter>, sort: object = {}) => client.browse.open({ filter, sort })
    sayP95('filter', await rounds(40, (round) => open(filters[round % filters.length]?.() ?? {})))
    for (const by of PhotoSort.shape.by.unwrap().options)
      sayP95(`sort by ${by}`, await rounds(8, (round) => open({}, { by, isDescending: round % 2 === 1 })))
    sayP95('search', await rounds(40, (round) => open({ text: searches[round % searches.length] ?? '' })))
    const view = await client.browse.open({ filter: {}, sort: {} })
    const window = () =>
      client.browse.window({ ...view, offset: Math.floor(random() * (view.total - 200)), limit: 200 })
    sayP95('page of 200', await rounds(40, window))
  },
  async scan() {
    const loop = monitorEventLoopDelay({ resolution: 5 })
    loop.enable()
    await once('scan of known files', () => client.library.scan({ folders: [`${folder}/photos`] }))
    say('scan of known files, event loop p99', loop.percentile(99) / 1e6, 'ms')
  },
  async similar() {
    const similar = (photoId: number) => client.review.similar({ photo: { photoId }, limit: 20 })
    await once('similar, the first time', () => similar(1))
    const samples: Sample[] = []
    for (let photoId = 10; photoId < 20; photoId++) samples.push(await time(() => similar(photoId)))
    sayP95('similar, from the second query on', samples)
  },
  async promote() {
    const { head } = await client.heads.train({})
    await once('promote a head', () => client.heads.promote({ id: head.id }))
  },
  groups: () => once('groups', () => client.review.groups({})),
  'near-duplicates': () => once('near-duplicates', () => client.review.nearDuplicates({ minCosine: 0.95 })),
}

const run = parts[part]
if (run === undefined)
  throw new Error(`There is no part ${part}; there are ${Object.keys(parts).join(', ')}.`)
await run()
say(`most memory, ${part}`, process.resourceUsage().maxRSS / 1000, 'MB')
await core.close()
