// Reads safetensors files: the header fully checked, then one tensor at a time. Format: huggingface/safetensors README.
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { reading } from './files.ts'
import { product } from './graph-builder.ts'
import { fromBfloat16, fromFloat16 } from './half-float.ts'
import { ModelError } from './model-error.ts'

/** Where a tensor's bytes lie in its file. */
export interface StoredTensor {
  readonly file: string
  readonly dtype: string
  readonly shape: readonly number[]
  /** First byte, counted from the start of the file. */
  readonly begin: number
  readonly end: number
}

const bytesPerElement: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
}
/** The format's own limit. */
const maxHeaderBytes = 100_000_000

const size = z.int().nonnegative()
const HeaderEntry = z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) })

/**
 * Reads and checks the header of a safetensors file.
 * @throws ModelError `model-invalid` where the file is truncated, its header is damaged, or a tensor's place is wrong.
 */
export async function readSafetensorsHeader(file: string): Promise<Map<string, StoredTensor>> {
  return reading(file, () => readHeader(file))
}

async function readHeader(file: string): Promise<Map<string, StoredTensor>> {
  const invalid = (what: string, cause?: unknown) =>
    new ModelError('model-invalid', `${file} ${what}; download or copy it again.`, { cause })
  const handle = await open(file)
  try {
    const { size: fileBytes } = await handle.stat()
    const prefix = Buffer.alloc(8)
    if (fileBytes < 8) throw invalid('is too short for a safetensors file')
    await handle.read(prefix, 0, 8, 0)
    const headerBytes = Number(prefix.readBigUInt64LE())
    if (headerBytes > maxHeaderBytes)
      throw invalid('is no safetensors file (its header would be over 100 MB)')
    if (8 + headerBytes > fileBytes) throw invalid('is truncated: it ends within its header')
    const text = Buffer.alloc(headerBytes)
    await handle.read(text, 0, headerBytes, 8)
    const entries = parseHeader(text.toString('utf8'), invalid)
    const tensors = new Map<string, StoredTensor>()
    const dataStart = 8 + headerBytes
    for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
      const elementBytes = bytesPerElement[dtype]
      if (elementBytes === undefined) throw invalid(`has tensor ${name} in the unknown format ${dtype}`)
      const [begin, end] = [dataStart + offsets[0], dataStart + offsets[1]]
      if (end - begin !== elementBytes * product(shape)) {
        throw invalid(
          `has tensor ${name} with ${end - begin} bytes, which is not its shape [${shape.join(', ')}]`,
        )
      }
      if (end > fileBytes) throw invalid(`is truncated: tensor ${name} ends at byte ${end} of ${fileBytes}`)
      tensors.set(name, { file, dtype, shape, begin, end })
    }
    let lastEnd = dataStart
    for (const [name, { begin, end }] of [...tensors].sort(
      ([, a], [, b]) => a.begin - b.begin || a.end - b.end,
    )) {
      if (begin < lastEnd) throw invalid(`has tensor ${name} overlapping another one`)
      lastEnd = end
    }
    return tensors
  } finally {
    await handle.close()
  }
}

type Entry = z.infer<typeof HeaderEntry>

function parseHeader(
  text: string,
  invalid: (what: string, cause?: unknown) => ModelError,
): [string, Entry][] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw invalid('has a damaged header (not JSON)', error)
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(json)
  if (!parsed.success) throw invalid('has a damaged header (not a table of tensors)', parsed.error)
  return Object.entries(parsed.data)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => {
      const entry = HeaderEntry.safeParse(value)
      if (!entry.success) throw invalid(`has a damaged header entry for tensor ${name}`, entry.error)
      return [name, entry.data]
    })
}

/**
 * Reads a tensor as float32, or only some of its rows (its first dimension).
 * @throws ModelError `model-unsupported` for other formats than F32, F16 and BF16.
 */
export async function readFloats(
  name: string,
  tensor: StoredTensor,
  rows?: { readonly first: number; readonly count: number },
): Promise<Float32Array> {
  const rowBytes = (tensor.end - tensor.begin) / (tensor.shape[0] ?? 1)
  const begin = tensor.begin + (rows === undefined ? 0 : rows.first * rowBytes)
  const length = rows === undefined ? tensor.end - tensor.begin : rows.count * rowBytes
  const bytes = new Uint8Array(length)
  const bytesRead = await reading(tensor.file, () => readAt(tensor.file, begin, bytes))
  if (bytesRead !== length) {
    throw new ModelError('model-invalid', `${tensor.file} became shorter while it was read; copy it again.`)
  }
  if (tensor.dtype === 'F32') return new Float32Array(bytes.buffer)
  if (tensor.dtype === 'F16') return fromFloat16(new Uint16Array(bytes.buffer))
  if (tensor.dtype === 'BF16') return fromBfloat16(new Uint16Array(bytes.buffer))
  throw new ModelError(
    'model-unsupported',
    `${basename(tensor.file)} stores ${name} as ${tensor.dtype}; save the model as F32, F16 or BF16.`,
  )
}

async function readAt(file: string, begin: number, bytes: Uint8Array): Promise<number> {
  await using handle = await open(file)
  return (await handle.read(bytes, 0, bytes.length, begin)).bytesRead
}
