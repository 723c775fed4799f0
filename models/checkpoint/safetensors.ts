// Reads safetensors files: the header fully checked, then one tensor at a time. Format: huggingface/safetensors README.
import { closeSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { z } from 'zod'
import { openRegular, openRegularSync } from '../../electron/common/open-file.ts'
import { msg, type Message } from '../../electron/texts/message.ts'
import { reading } from './files.ts'
import { elementCount } from '../tensor.ts'
import { fromBfloat16, fromFloat16 } from './half-float.ts'
import { ModelError } from '../model-error.ts'

/** The range of a tensor's bytes in its file. */
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
/** Ten times the header of the largest Vision Transformer; the format's own limit is 100 MB. */
const maxHeaderBytes = 10_000_000

const size = z.int().nonnegative()
const HeaderEntry = z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) })

/**
 * Reads and checks the header of a safetensors file.
 * @throws ModelError `model-invalid` where the file is truncated, its header is damaged, or a tensor's offsets are wrong.
 */
export async function readSafetensorsHeader(file: string): Promise<Map<string, StoredTensor>> {
  return reading(file, () => readHeader(file))
}

async function readHeader(file: string): Promise<Map<string, StoredTensor>> {
  const invalid = (what: Message, cause?: unknown) =>
    new ModelError('model-invalid', msg('{{file}} {{what}}; download or copy it again.', { file, what }), {
      cause,
    })
  const { handle, stats } = await openRegular(file)
  try {
    const { size: fileBytes } = stats
    const prefix = Buffer.alloc(8)
    if (fileBytes < 8) throw invalid(msg('is too short for a safetensors file'))
    await handle.read(prefix, 0, 8, 0)
    const headerBytes = Number(prefix.readBigUInt64LE())
    if (headerBytes > maxHeaderBytes)
      throw invalid(msg('is no safetensors file of a classifier (its header would be over 10 MB)'))
    if (8 + headerBytes > fileBytes) throw invalid(msg('is truncated: it ends within its header'))
    const text = Buffer.alloc(headerBytes)
    await handle.read(text, 0, headerBytes, 8)
    const entries = parseHeader(text.toString('utf8'), invalid)
    const tensors = new Map<string, StoredTensor>()
    const dataStart = 8 + headerBytes
    for (const [name, { dtype, shape, data_offsets: offsets }] of entries) {
      const elementBytes = bytesPerElement[dtype]
      if (elementBytes === undefined)
        throw invalid(msg('has tensor {{name}} in the unknown format {{dtype}}', { name, dtype }))
      const [begin, end] = [dataStart + offsets[0], dataStart + offsets[1]]
      if (end - begin !== elementBytes * elementCount(shape)) {
        throw invalid(
          msg('has tensor {{name}} with {{bytes}} bytes, which is not its shape [{{shape}}]', {
            name,
            bytes: end - begin,
            shape: shape.join(', '),
          }),
        )
      }
      if (end > fileBytes)
        throw invalid(
          msg('is truncated: tensor {{name}} ends at byte {{end}} of {{fileBytes}}', {
            name,
            end,
            fileBytes,
          }),
        )
      tensors.set(name, { file, dtype, shape, begin, end })
    }
    let lastEnd = dataStart
    for (const [name, { begin, end }] of [...tensors].sort(
      ([, a], [, b]) => a.begin - b.begin || a.end - b.end,
    )) {
      if (begin < lastEnd) throw invalid(msg('has tensor {{name}} overlapping another one', { name }))
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
  invalid: (what: Message, cause?: unknown) => ModelError,
): [string, Entry][] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw invalid(msg('has a damaged header (not JSON)'), error)
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(json)
  if (!parsed.success) throw invalid(msg('has a damaged header (not a table of tensors)'), parsed.error)
  return Object.entries(parsed.data)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => {
      const entry = HeaderEntry.safeParse(value)
      if (!entry.success)
        throw invalid(msg('has a damaged header entry for tensor {{name}}', { name }), entry.error)
      return [name, entry.data]
    })
}

/** Most tensors are biases of a few kilobytes: to wait for their file and its state takes longer than to read them. */
const readAtOnceBytes = 1 << 20

/**
 * Reads a tensor as float32, or only some of its rows (its first dimension); values in row-major order.
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
    throw new ModelError(
      'model-invalid',
      msg('{{file}} became shorter while it was read; copy it again.', { file: tensor.file }),
    )
  }
  if (tensor.dtype === 'F32') return new Float32Array(bytes.buffer)
  if (tensor.dtype === 'F16') return fromFloat16(new Uint16Array(bytes.buffer))
  if (tensor.dtype === 'BF16') return fromBfloat16(new Uint16Array(bytes.buffer))
  throw new ModelError(
    'model-unsupported',
    msg('{{file}} stores {{name}} as {{dtype}}; save the model as F32, F16 or BF16.', {
      file: basename(tensor.file),
      name,
      dtype: tensor.dtype,
    }),
  )
}

async function readAt(file: string, begin: number, bytes: Uint8Array): Promise<number> {
  if (bytes.length <= readAtOnceBytes) return readAtOnce(file, begin, bytes)
  await using handle = (await openRegular(file)).handle
  return (await handle.read(bytes, 0, bytes.length, begin)).bytesRead
}

function readAtOnce(file: string, begin: number, bytes: Uint8Array): number {
  const descriptor = openRegularSync(file)
  try {
    return readSync(descriptor, bytes, 0, bytes.length, begin)
  } finally {
    closeSync(descriptor)
  }
}
