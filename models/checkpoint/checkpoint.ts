// The tensors of a checkpoint folder, whether in one safetensors file or in shards with an index.
import { join } from 'node:path'
import { z } from 'zod'
import { msg } from '../../electron/texts/message.ts'
import { isFile, readJson } from './files.ts'
import { ModelError } from '../model-error.ts'
import { openClipFiles, withTextPrefix } from './open-clip.ts'
import { readSafetensorsHeader, type StoredTensor } from './safetensors.ts'

export interface Checkpoint {
  /** The file which names the tensors; for messages. */
  readonly file: string
  /** All files that hold weights. */
  readonly files: readonly string[]
  readonly tensors: ReadonlyMap<string, StoredTensor>
}

const Index = z.object({
  weight_map: z.record(z.string(), z.string().regex(/^[^/\\\0]+$/, 'must be a file name')),
})

/** The error for a tensor that is not there; a Swin fails so too, since its tensor names begin like those of a ViT. */
export function lacksTensor({ file }: { readonly file: string }, name: string): ModelError {
  return new ModelError(
    'model-invalid',
    msg(
      '{{file}} lacks tensor {{name}}; it is incomplete, or of a kind that Labelroom cannot build. Get another copy, or a ready ONNX file (model.onnx) of this model.',
      { file, name },
    ),
  )
}

/** A checkpoint that is one file, whatever its name. */
export async function readCheckpointFile(file: string): Promise<Checkpoint> {
  return { file, files: [file], tensors: withTextPrefix(await readSafetensorsHeader(file)) }
}

/**
 * Reads the headers of `model.safetensors`, of the shards that `model.safetensors.index.json` names, or of open_clip's file.
 * Null where the folder has none of them. The shards' headers win over the index; a tensor that only the index knows is
 * an error.
 */
export async function readCheckpoint(folder: string): Promise<Checkpoint | null> {
  const single = join(folder, 'model.safetensors')
  if (await isFile(single)) return readCheckpointFile(single)
  const indexFile = `${single}.index.json`
  const index = await readJson(indexFile, Index)
  const openClip = join(folder, openClipFiles.weights)
  if (index === null) return (await isFile(openClip)) ? readCheckpointFile(openClip) : null
  const files = [...new Set(Object.values(index.weight_map))].sort().map((name) => join(folder, name))
  const tensors = new Map<string, StoredTensor>()
  for (const file of files) {
    if (!(await isFile(file))) {
      throw new ModelError(
        'model-missing',
        msg('{{file}} is missing, but {{indexFile}} lists it; download it too.', { file, indexFile }),
      )
    }
    for (const [name, tensor] of await readSafetensorsHeader(file)) tensors.set(name, tensor)
  }
  for (const [name, file] of Object.entries(index.weight_map)) {
    if (tensors.get(name)?.file === join(folder, file)) continue
    throw new ModelError(
      'model-invalid',
      msg('{{file}} lacks tensor {{name}}, which {{indexFile}} promises.', {
        file: join(folder, file),
        name,
        indexFile,
      }),
    )
  }
  return { file: indexFile, files, tensors }
}
