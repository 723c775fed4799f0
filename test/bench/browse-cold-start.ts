// One cold start of a library, for browse.ts: prints as JSON how long until the first rows, and until all that a window asks.
import { askAsWindow, openMadeLibrary } from '../helpers/made-library.ts'

const [folder = ''] = process.argv.slice(2)
const cpu = process.cpuUsage()
const startMs = performance.now()
const sinceStart = () => {
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 }
}

const { core, client } = openMadeLibrary(folder)
let firstRows = {}
await askAsWindow(client, () => (firstRows = sinceStart()))
console.log(JSON.stringify({ 'first rows': firstRows, 'all answers': sinceStart() }))
await core.close()
