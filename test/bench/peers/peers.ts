// Compares the job with transformers.js, timm's inference and transformers' pipeline, each peer at its best settings.
// usage: npm run bench:peers -- --python VENV/bin/python [--quick] [--models ti,s,b] [--photos small,large] [--rounds 3]
//   [--model-ti FOLDER] [--json FILE]
// The Python needs the wheels torch (CPU), timm, transformers and pillow; without --python only transformers.js is measured.
// On two idle cores the whole takes about 90 minutes (250 small photos, 200 of 12 megapixels, three models, three rounds);
// --quick (24 and 12 photos, one round) takes about ten. Settings are chosen on a twelfth of the photos; then all programs
// take turns. Weights are random unless --model-ti is given: they change no time.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { measureJob, measurePart } from '../../../electron/cli/bench/measure.ts'
import { planWorkers } from '../../../electron/core/inference/inference-pool.ts'
import { defaultPhotoLimits, type LoadRequest } from '../../../electron/contract/inference.ts'
import { makeBenchPhotos } from '../../helpers/bench-photos.ts'
import { vitSizes, writeRandomVit, type VitSize } from '../../helpers/random-vit.ts'
import { candidates, runPeer, type Peer, type PeerSettings } from './run-peer.ts'

const { values } = parseArgs({
  options: {
    python: { type: 'string' },
    quick: { type: 'boolean', default: false },
    models: { type: 'string', default: 'ti,s,b' },
    photos: { type: 'string', default: 'small,large' },
    rounds: { type: 'string' },
    'model-ti': { type: 'string' },
    json: { type: 'string' },
  },
})
const cores = availableParallelism()
const rounds = Number(values.rounds ?? (values.quick ? 1 : 3))
const peers: readonly Peer[] =
  values.python === undefined ? ['transformers.js'] : ['transformers.js', 'timm', 'transformers']
const photoSets = {
  small: { count: values.quick ? 24 : 250, megapixels: 0.2 },
  large: { count: values.quick ? 12 : 200, megapixels: 12 },
} as const
const home = await mkdtemp(path.join(tmpdir(), 'labelroom-peers-'))
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN
const report: unknown[] = []

async function versions(): Promise<string> {
  if (values.python === undefined) return ''
  const code =
    'import torch, timm, transformers; print(torch.__version__, timm.__version__, transformers.__version__)'
  const { stdout } = await promisify(execFile)(values.python, ['-c', code])
  return `; torch, timm, transformers ${stdout.trim()}`
}

/** The best settings on a few of the photos. */
async function tune(
  peer: Peer,
  at: Parameters<typeof runPeer>[1],
  paths: readonly string[],
): Promise<PeerSettings> {
  let best = { settings: candidates(peer, cores)[0] ?? { threads: 1, batch: 1, workers: 0 }, ms: Infinity }
  const some = paths.slice(0, Math.max(8, Math.ceil(paths.length / 12)))
  for (const settings of candidates(peer, cores)) {
    const ms = await runPeer(peer, at, some, settings)
    if (ms < best.ms) best = { settings, ms }
  }
  return best.settings
}

async function compare(size: VitSize, photoSet: keyof typeof photoSets, photos: string, paths: string[]) {
  const given = size === 'ti' ? values['model-ti'] : undefined
  const model =
    given === undefined ? await writeRandomVit(path.join(home, `vit-${size}`), size) : path.resolve(given)
  const cacheDir = path.join(home, 'cache')
  const job = {
    folders: [photos],
    model,
    device: 'cpu' as const,
    precision: 'fp32' as const,
    inputSizePx: null,
  }
  const { weightBytes } = await measureJob(home, cacheDir, cores, job)
  const load: LoadRequest = {
    ...{ type: 'load', modelPath: model, precision: 'fp32', inputSizePx: null, device: 'cpu', cacheDir },
    ...{ ...planWorkers(cores, weightBytes, paths.length), limits: defaultPhotoLimits },
  }
  const peerFolder = path.join(home, `peer-${size}`)
  // Lays out the graph as transformers.js wants it.
  await measurePart({ part: 'peer', load, paths: paths.slice(0, 2), peerFolder })
  const at = {
    python: values.python ?? '',
    model,
    timm: vitSizes[size].timm,
    peerFolder,
    hf: path.join(home, `hf-${size}`),
  }
  const settings = new Map<Peer, PeerSettings>()
  for (const peer of peers) settings.set(peer, await tune(peer, at, paths))
  const times = new Map<string, number[]>()
  const note = (what: string, ms: number) => times.set(what, [...(times.get(what) ?? []), ms])
  for (let round = 0; round < rounds; round++) {
    note('job', (await measureJob(home, cacheDir, cores, job)).msPerPhoto)
    for (const part of ['decode', 'inference'] as const)
      note(part, await measurePart({ part, load, paths, peerFolder }))
    for (const peer of peers) {
      const chosen = settings.get(peer)
      if (chosen !== undefined) note(peer, await runPeer(peer, at, paths, chosen))
    }
  }
  const ms = Object.fromEntries([...times].map(([what, list]) => [what, median(list)]))
  const ours = ms['job'] ?? NaN
  const bound = (ms['decode'] ?? NaN) + (ms['inference'] ?? NaN)
  console.log(
    `ViT-${size}, ${paths.length} ${photoSet} photos, ${load.workers} workers of ${load.threads} threads: job ${ours.toFixed(1)} ms ` +
      `(decode ${ms['decode']?.toFixed(1)}, inference ${ms['inference']?.toFixed(1)}), ${(bound / ours).toFixed(2)} x the bound`,
  )
  for (const peer of peers) {
    const { threads = 0, batch = 0, workers = 0 } = settings.get(peer) ?? {}
    console.log(
      `  ${peer}: ${ms[peer]?.toFixed(1)} ms, the job is ${((ms[peer] ?? NaN) / ours).toFixed(2)} x as fast ` +
        `(${threads} threads, batches of ${batch}, ${workers} loader workers)`,
    )
  }
  report.push({
    size,
    photoSet,
    photos: paths.length,
    ms,
    rounds: Object.fromEntries(times),
    settings: [...settings],
  })
}

try {
  const packages = fileURLToPath(
    new URL('../../../node_modules/@huggingface/transformers/package.json', import.meta.url),
  )
  const { version } = JSON.parse(await readFile(packages, 'utf8')) as { version: string }
  console.log(
    `${cores} cores, ${cpus()[0]?.model ?? ''}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}, transformers.js ${version}${await versions()}`,
  )
  for (const photoSet of values.photos.split(',') as (keyof typeof photoSets)[]) {
    const photos = path.join(home, photoSet)
    const { count, megapixels } = photoSets[photoSet]
    const paths = await makeBenchPhotos(photos, count, megapixels)
    for (const size of values.models.split(',') as VitSize[]) await compare(size, photoSet, photos, paths)
  }
  console.log(`load at the end ${loadavg()[0]?.toFixed(1)}`)
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify(report, null, 2))
} finally {
  await rm(home, { recursive: true, force: true })
}
