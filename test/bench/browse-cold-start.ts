// One cold start of a library, for browse.ts: prints as JSON how long until the first rows, and until all that a window asks.
import { createClient, directTransport } from '../../electron/core/client.ts'
import { createCore } from '../../electron/core/core.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'

const [folder = ''] = process.argv.slice(2)
const cpu = process.cpuUsage()
const startMs = performance.now()
const sinceStart = () => {
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 }
}

const core = createCore({ libraryFile: `${folder}/library.db`, cacheDir: `${folder}/cache`, spawnInference })
const client = createClient(directTransport(core))
const rest = Promise.all([
  client.library.tree({}),
  client.browse.counts({ filter: {} }),
  client.labels.list({}),
])
const { viewId } = await client.browse.open({ filter: {}, sort: {} })
await client.browse.window({ viewId, offset: 0, limit: 200 })
const firstRows = sinceStart()
await rest
console.log(JSON.stringify({ 'first rows': firstRows, 'all answers': sinceStart() }))
await core.close()
