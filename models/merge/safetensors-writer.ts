// Writes a safetensors file, with tensors of other files copied piece by piece as they are.
import { open, type FileHandle } from 'node:fs/promises'
import { reading } from '../files.ts'
import { bytesOf } from '../graph-builder.ts'
import { ModelError } from '../model-error.ts'
import type { StoredTensor } from '../safetensors.ts'

/** A tensor that lies in another file, or new values as float32. */
export type TensorSource = StoredTensor | { readonly shape: readonly number[]; readonly values: Float32Array }

const pieceBytes = 1 << 23

/** `metadata` is text by name, which is all that the format allows. */
export async function writeSafetensors(
  file: string,
  tensors: ReadonlyMap<string, TensorSource>,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, tensor] of tensors) {
    const length = 'values' in tensor ? tensor.values.byteLength : tensor.end - tensor.begin
    const dtype = 'values' in tensor ? 'F32' : tensor.dtype
    header[name] = { dtype, shape: tensor.shape, data_offsets: [offset, offset + length] }
    offset += length
  }
  await using handle = await open(file, 'w')
  const text = Buffer.from(JSON.stringify(header))
  // Readers that map the file want the data to begin on a multiple of eight.
  const padded = Buffer.alloc(Math.ceil(text.length / 8) * 8, ' ')
  text.copy(padded)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  await handle.appendFile(Buffer.concat([length, padded]))
  for (const tensor of tensors.values()) {
    if ('values' in tensor) await handle.appendFile(bytesOf(tensor.values))
    else await copyTensor(tensor, handle)
  }
  await handle.sync()
}

async function copyTensor({ file, begin, end }: StoredTensor, target: FileHandle): Promise<void> {
  await using source = await reading(file, () => open(file))
  const piece = Buffer.alloc(Math.min(pieceBytes, end - begin))
  for (let at = begin; at < end;) {
    const { bytesRead } = await reading(file, () =>
      source.read(piece, 0, Math.min(piece.length, end - at), at),
    )
    if (bytesRead === 0)
      throw new ModelError('model-invalid', `${file} became shorter while it was read; copy it again.`)
    await target.appendFile(piece.subarray(0, bytesRead))
    at += bytesRead
  }
}
