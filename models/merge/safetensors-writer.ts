// Writes a safetensors file, with tensors of other files copied in chunks as they are.
import { open, type FileHandle } from 'node:fs/promises'
import { openRegular } from '../../electron/common/open-file.ts'
import { msg } from '../../electron/texts/message.ts'
import { reading } from '../checkpoint/files.ts'
import { bytesOf } from '../tensor.ts'
import { ModelError } from '../model-error.ts'
import type { StoredTensor } from '../checkpoint/safetensors.ts'

/** A tensor that lies in another file, or new values as float32. */
export type TensorSource = StoredTensor | { readonly shape: readonly number[]; readonly values: Float32Array }

const chunkBytes = 1 << 23

/**
 * Writes the tensors in their order. `metadata` maps names to text, which is all that the format allows.
 * @throws ModelError where a file that is copied from is unreadable or became shorter.
 */
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
  await using source = (await reading(file, () => openRegular(file))).handle
  const chunk = Buffer.alloc(Math.min(chunkBytes, end - begin))
  for (let at = begin; at < end;) {
    const { bytesRead } = await reading(file, () =>
      source.read(chunk, 0, Math.min(chunk.length, end - at), at),
    )
    if (bytesRead === 0)
      throw new ModelError(
        'model-invalid',
        msg('{{file}} became shorter while it was read; copy it again.', { file }),
      )
    await target.appendFile(chunk.subarray(0, bytesRead))
    at += bytesRead
  }
}
