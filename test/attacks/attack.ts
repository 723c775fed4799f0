// What every attack has in common: how it reports, how bytes are damaged by a seed, and the core that it is made on.
import path from 'node:path'
import type { PhotoFile } from '../../electron/contract/photos.ts'
import { createClient, directTransport, type CoreClient } from '../../electron/core/client.ts'
import { createCore, type Core } from '../../electron/core/core.ts'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'

export interface AttackOptions {
  /** Empty; everything that the attack writes is in it. */
  readonly folder: string
  readonly count: number
  readonly seed: number
}

/** A row of the table in docs/security.md. */
export interface AttackReport {
  readonly tried: string
  readonly held: string
  /** What must not happen, one sentence each. */
  readonly bad: readonly string[]
}

export type Attack = (options: AttackOptions) => Promise<AttackReport>

export interface Dice {
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** A whole number from 0 to `limit` - 1. */
  readonly below: (limit: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

/** The same numbers for the same seed. */
export function createDice(seed: number): Dice {
  const random = createRandom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  return { random, below, pick: (items) => items[below(items.length)] as (typeof items)[number] }
}

export const damageKinds = ['bits', 'cut', 'zeros', 'garbage', 'lost', 'repeated', 'head'] as const
export type DamageKind = (typeof damageKinds)[number]

/** Returns a damaged copy; `bits` flips a few, `lost` and `repeated` move what follows, `head` is in the first 64 bytes. */
export function damageBytes(bytes: Buffer, { below, random }: Dice, kind: DamageKind): Buffer {
  const at = below(bytes.length)
  const length = Math.min(bytes.length - at, 1 + below(Math.ceil(bytes.length / 8)))
  const copy = Buffer.from(bytes)
  const flip = (position: number) => {
    copy[position] = (copy[position] ?? 0) ^ (1 << below(8))
  }
  if (kind === 'cut') return copy.subarray(0, at)
  if (kind === 'lost') return Buffer.concat([copy.subarray(0, at), copy.subarray(at + length)])
  if (kind === 'repeated') return Buffer.concat([copy.subarray(0, at + length), copy.subarray(at)])
  if (kind === 'zeros') copy.fill(0, at, at + length)
  else if (kind === 'garbage') for (let i = at; i < at + length; i++) copy[i] = below(256)
  else if (kind === 'head') flip(below(Math.min(64, bytes.length)))
  else for (let flips = 1 + Math.floor(random() * 8); flips > 0; flips--) flip(below(bytes.length))
  return copy
}

export interface AttackedCore {
  readonly core: Core
  readonly client: CoreClient
  /** Workers that ended by themselves. */
  readonly lostWorkers: () => number
  readonly close: () => Promise<void>
}

/** A core on `folder/library.db` that asks no server. */
export function openAttackedCore(folder: string): AttackedCore {
  let lost = 0
  const core = createCore({
    libraryFile: path.join(folder, 'library.db'),
    cacheDir: path.join(folder, 'cache'),
    hub: { baseUrl: 'http://127.0.0.1:9', retryDelaysMs: [] },
    threads: 1,
    spawnInference: (threads) => {
      const port = spawnInference(threads)
      let isKilled = false
      port.onExit(() => {
        if (!isKilled) lost++
      })
      return {
        ...port,
        kill: () => {
          isKilled = true
          port.kill()
        },
      }
    },
  })
  return {
    core,
    client: createClient(directTransport(core)),
    lostWorkers: () => lost,
    close: () => core.close(),
  }
}

/** Every file below the folder, by path. */
export async function listFiles(client: CoreClient, folder: string): Promise<PhotoFile[]> {
  const files: PhotoFile[] = []
  for (;;) {
    const page = await client.photos.list({ folder, limit: 1000, after: files.at(-1)?.path ?? null })
    if (page.length === 0) return files
    files.push(...page)
  }
}

/** Rejects after this long: nothing that an attack starts may hang. */
export async function withTimeout<T>(seconds: number, work: Promise<T>): Promise<T | 'hangs'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'hangs'>((resolve) => {
    timer = setTimeout(() => resolve('hangs'), seconds * 1000)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** What is wrong with a sentence that a user reads; null for a good one. */
export function faultOf(message: string): string | null {
  if (message.length > 4000) return `a message of ${message.length} characters`
  if (/\n\s+at |node:internal|\.ts:\d+/.test(message)) return `a stack: ${message.slice(0, 200)}`
  return null
}

/** The same sentence with other numbers and names counts once. */
export const distinct = (sentences: readonly string[]): string[] => [...new Set(sentences)]
