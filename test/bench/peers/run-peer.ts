// Runs one measurement of a peer in a process of its own, and lists the settings that are tried.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export type Peer = 'transformers.js' | 'timm' | 'transformers'

export interface PeerSettings {
  /** Of the model. */
  readonly threads: number
  readonly batch: number
  /** Processes that decode; transformers.js has none. */
  readonly workers: number
}

export interface PeerModel {
  readonly python: string
  /** A folder with `model.safetensors`. */
  readonly model: string
  /** What timm calls it. */
  readonly timm: string
  /** The graph as transformers.js wants it. */
  readonly peerFolder: string
  /** Where transformers keeps its own form. */
  readonly hf: string
}

/** Every combination that could be the best on so many cores. */
export function candidates(peer: Peer, cores: number): PeerSettings[] {
  const all = [cores, Math.max(1, cores - 1)]
  const loaders = peer === 'transformers.js' ? [0] : [0, 1, cores]
  const batches = peer === 'transformers.js' ? [1, 4] : [1, 8, 32]
  return [...new Set(all)].flatMap((threads) =>
    loaders.flatMap((workers) => batches.map((batch) => ({ threads, batch, workers }))),
  )
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

async function runScript(command: string, script: string, request: object): Promise<number> {
  const { stdout } = await promisify(execFile)(command, [script, JSON.stringify(request)], { maxBuffer: 1e8 })
  return Number(stdout.trim().split('\n').at(-1))
}

/** Returns how many GFLOP a second torch's matrix products reach on all cores, in the shapes of a ViT's layers. */
export function measureSgemm(python: string, threads: number, width: number): Promise<number> {
  return runScript(python, here('python_peers.py'), { peer: 'sgemm', threads, width, tokens })
}

/** Patches of 16 px of a picture of 224 px, and the [CLS] token. */
const tokens = 14 * 14 + 1

/** Returns the GFLOP of one photo's matrix products, a multiplication and an addition as two; softmax and norms not counted. */
export function gflopsOfViT({ dim, depth }: { readonly dim: number; readonly depth: number }): number {
  const layer = 12 * tokens * dim ** 2 + 2 * tokens ** 2 * dim
  const patchEmbedding = (tokens - 1) * 3 * 16 ** 2 * dim
  return (2 * (depth * layer + patchEmbedding + 1000 * dim)) / 1e9
}

/** Returns milliseconds a photo; loading the model is not counted. */
export function runPeer(
  peer: Peer,
  { python, model, timm, peerFolder, hf }: PeerModel,
  paths: readonly string[],
  settings: PeerSettings,
): Promise<number> {
  const [command, script, request] =
    peer === 'transformers.js'
      ? [process.execPath, here('transformers-js.ts'), { folder: peerFolder }]
      : [python, here('python_peers.py'), { peer, model: timm, weights: `${model}/model.safetensors`, hf }]
  return runScript(command, script, { ...request, paths, ...settings })
}
