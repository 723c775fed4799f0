// Hands out a checkpoint's weights to a graph that is built of them, and knows which ones nobody asked for.
import { msg } from '../../electron/texts/message.ts'
import { lacksTensor } from '../checkpoint/checkpoint.ts'
import type { NamedTensor, NamedTensors } from '../checkpoint/named-tensors.ts'
import { readFloats } from '../checkpoint/safetensors.ts'
import { ModelError } from '../model-error.ts'

/** Reads one tensor's values as float32, in row-major order. */
export type Load = () => Promise<Float32Array>

export type Weights = ReturnType<typeof createWeights>

/** The shape without the ones before it: libraries store a token as [dim] or [1, 1, dim]. */
const significant = (shape: readonly number[]): string => shape.join().replace(/^(1,)+(?=.)/, '')

/** Weights by our names, see NamedTensors. Whoever builds a graph takes every tensor that it uses. */
export function createWeights(named: NamedTensors) {
  const taken = new Set<string>()
  const { file, tensors } = named

  const find = (name: string): NamedTensor => {
    const tensor = tensors.get(name)
    if (tensor === undefined) throw lacksTensor(named, named.storedName(name))
    taken.add(name)
    return tensor
  }

  return {
    has: (name: string): boolean => tensors.has(name),

    /**
     * The shape of a tensor that must be there.
     * @throws ModelError `model-invalid` where it is not there or has another number of dimensions.
     */
    shapeOf(name: string, rank: number): readonly number[] {
      const { shape, storedName } = find(name)
      if (shape.length === rank) return shape
      throw new ModelError(
        'model-invalid',
        msg('{{file}}: tensor {{name}} has shape [{{shape}}], not {{rank}} dimensions.', {
          file,
          name: storedName,
          shape: shape.join(', '),
          rank,
        }),
      )
    },

    /**
     * The loader of a tensor that must be there in this shape; dimensions of 1 before it do not count.
     * @throws ModelError `model-invalid` naming the tensor.
     */
    take(name: string, shape: readonly number[]): Load {
      const tensor = find(name)
      if (significant(tensor.shape) !== significant(shape))
        throw new ModelError(
          'model-invalid',
          msg(
            '{{file}}: tensor {{name}} has shape [{{shape}}] where this model needs [{{needed}}]. Get another copy, or use another model.',
            { file, name: tensor.storedName, shape: tensor.shape.join(', '), needed: shape.join(', ') },
          ),
        )
      return async () => {
        const values = await readFloats(tensor.storedName, tensor.stored, tensor.rows ?? undefined)
        return tensor.isTransposed ? transposed(values, tensor.shape) : values
      }
    },

    /** Counts tensors as used whose names begin so; for parts that this graph leaves out on purpose. */
    skip(prefix: string): void {
      for (const name of tensors.keys()) if (name.startsWith(prefix)) taken.add(name)
    },

    /** @throws ModelError `model-unsupported` naming a tensor that was not taken: it belongs to a part that was not built. */
    refuseUntaken(): void {
      for (const [name, { storedName }] of tensors)
        if (!taken.has(name))
          throw new ModelError(
            'model-unsupported',
            msg(
              '{{file}} has tensor {{name}}, a part that Labelroom cannot build; use a ready ONNX file (model.onnx) of this model, or another model.',
              { file, name: storedName },
            ),
          )
    },
  }
}

/** @param shape [rows, columns] of the result. */
function transposed(values: Float32Array, [rows = 0, columns = 0]: readonly number[]): Float32Array {
  const turned = new Float32Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[row * columns + column] = values[column * rows + row] ?? 0
  return turned
}
