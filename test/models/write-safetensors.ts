// Writes safetensors files for tests, independently of the product's reader.
import { writeFile } from 'node:fs/promises'

export interface TestTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array
}
export type TestTensors = Record<string, TestTensor>
export type StorageType = 'F32' | 'F16' | 'BF16'

/** Rounds values to what the type can hold, so that a reference can use the same numbers. */
export function roundTo(dtype: StorageType, values: Float32Array): Float32Array {
  if (dtype === 'F32') return values
  return dtype === 'F16'
    ? Float32Array.from(new Float16Array(values))
    : values.map((value) => truncateBfloat16(value))
}

export async function writeSafetensors(
  file: string,
  tensors: TestTensors,
  dtype: StorageType = 'F32',
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  const parts: Uint8Array[] = []
  let offset = 0
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const bytes = encode(dtype, values)
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] }
    offset += bytes.length
    parts.push(bytes)
  }
  await writeFile(file, safetensorsBytes(JSON.stringify(header), Buffer.concat(parts)))
}

/** A file with this header text, right or wrong. */
export function safetensorsBytes(header: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)))
  return Buffer.concat([length, Buffer.from(header), data])
}

function encode(dtype: StorageType, values: Float32Array): Uint8Array {
  const array = dtype === 'F32' ? values : dtype === 'F16' ? new Float16Array(values) : bfloat16Bits(values)
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function bfloat16Bits(values: Float32Array): Uint16Array {
  const words = new Uint32Array(Float32Array.from(values).buffer)
  return Uint16Array.from(words, (word) => word >>> 16)
}

function truncateBfloat16(value: number): number {
  const word = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0
  return new Float32Array(Uint32Array.of((word & 0xffff0000) >>> 0).buffer)[0] ?? 0
}
