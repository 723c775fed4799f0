// Makes the seeded twins of test/scripts/model-parity again: their weights and photos, from names and shapes alone.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from './tiny-vit.ts'
import type { TestTensors } from './write-safetensors.ts'

/** What another library computed with a twin; one line of a file in goldens/. */
export interface Twin {
  readonly name: string
  /** Published weights of this structure. */
  readonly entries?: readonly string[]
  /** The folder's JSON files. */
  readonly files: Readonly<Record<string, unknown>>
  /** Shapes by the names of the file. */
  readonly tensors: Readonly<Record<string, readonly number[]>>
  /** The name that a tensor's values are seeded with, where it is another; several where it is made of them. */
  readonly seededAs?: Readonly<Record<string, string | readonly string[]>>
  readonly sizes: readonly {
    readonly heightPx: number
    readonly widthPx: number
    /** Of two photos, one after the other. */
    readonly embedding: readonly number[]
    readonly logits?: readonly number[]
  }[]
}

export function readTwins(file: string): Twin[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Twin)
}

export const goldens = (name: string): Twin[] =>
  readTwins(join(import.meta.dirname, 'goldens', `${name}.jsonl`))

export function twinTensors({ tensors, seededAs = {} }: Twin): TestTensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, shape]) => {
      const sources = [seededAs[name] ?? name].flat()
      const part = [(shape[0] ?? 1) / sources.length, ...shape.slice(1)]
      const parts = sources.map((source) => seeded(source, part))
      const values = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
      let at = 0
      for (const one of parts) {
        values.set(one, at)
        at += one.length
      }
      return [name, { shape, values }]
    }),
  )
}

/** [3, height, width] in [-1, 1). */
export const twinPhoto = (number: number, heightPx: number, widthPx: number): Float32Array =>
  uniform(`photo ${number} ${heightPx}x${widthPx}`, 3 * heightPx * widthPx)

function fnv1a(text: string): number {
  let value = 0x811c9dc5
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193)
  return value >>> 0
}

/** Numbers around `centre`, by the seed of the name. */
function uniform(name: string, length: number, spread = 1, centre = 0): Float32Array {
  const random = seededRandom(fnv1a(name))
  const values = new Float32Array(length)
  for (let at = 0; at < length; at++) values[at] = centre + spread * (random() * 2 - 1)
  return values
}

const isScale = /(gamma|lambda1|lambda_1|lambda_2|gamma_1|gamma_2)$/

function seeded(name: string, shape: readonly number[]): Float32Array {
  const length = shape.reduce((a, b) => a * b, 1)
  const isVector = shape.length <= 1
  if (isScale.test(name)) return uniform(name, length, 0.3, 0.6)
  if (isVector && name.endsWith('weight')) return uniform(name, length, 0.3, 1)
  if (isVector) return uniform(name, length, 0.3)
  if (!name.endsWith('weight') || name.includes('position')) return uniform(name, length)
  return uniform(name, length, Math.sqrt(3 / shape.slice(1).reduce((a, b) => a * b, 1)))
}
