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

/** Returns milliseconds a photo; loading the model is not counted. */
export async function runPeer(
  peer: Peer,
  { python, model, timm, peerFolder, hf }: PeerModel,
  paths: readonly string[],
  settings: PeerSettings,
): Promise<number> {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
  const [command, script, request] =
    peer === 'transformers.js'
      ? [process.execPath, here('transformers-js.ts'), { folder: peerFolder }]
      : [python, here('python_peers.py'), { peer, model: timm, weights: `${model}/model.safetensors`, hf }]
  const given = JSON.stringify({ ...request, paths, ...settings })
  const { stdout } = await promisify(execFile)(command, [script, given], { maxBuffer: 1e8 })
  return Number(stdout.trim().split('\n').at(-1))
}
