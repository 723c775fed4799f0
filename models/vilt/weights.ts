// The tensors of a ViLT checkpoint: checked against its configuration, and read in the form of the graph.
import { lacksTensor, type Checkpoint } from '../checkpoint/checkpoint.ts'
import { readFloats } from '../checkpoint/safetensors.ts'
import { msg } from '../../electron/texts/message.ts'
import { ModelError } from '../model-error.ts'
import type { ViltConfig } from './config.ts'

const embeddings = 'vilt.embeddings.'
const text = `${embeddings}text_embeddings.`

/** Names as transformers saves them. */
export const names = {
  words: `${text}word_embeddings.weight`,
  textPositions: `${text}position_embeddings.weight`,
  tokenTypes: `${text}token_type_embeddings.weight`,
  textNorm: `${text}LayerNorm`,
  cls: `${embeddings}cls_token`,
  positions: `${embeddings}position_embeddings`,
  patch: `${embeddings}patch_embeddings.projection`,
  modalities: `${embeddings}token_type_embeddings.weight`,
  block: (index: number) => `vilt.encoder.layer.${index}.`,
  norm: 'vilt.layernorm',
  pooler: 'vilt.pooler.dense',
  decoder: 'mlm_score.decoder.weight',
} as const

type Shapes = Iterable<readonly [name: string, shape: readonly number[]]>

function* linear(name: string, rows: number, columns: number): Shapes {
  yield [`${name}.weight`, [rows, columns]]
  yield [`${name}.bias`, [rows]]
}

function* norm(name: string, dim: number): Shapes {
  yield [`${name}.weight`, [dim]]
  yield [`${name}.bias`, [dim]]
}

function* headShapes({ head, dim, vocabulary, labels }: ViltConfig): Shapes {
  if (head === 'match') yield* linear('rank_output', 1, dim)
  if (head === 'answers' || head === 'pairs') {
    yield* linear('classifier.0', 2 * dim, (head === 'pairs' ? 2 : 1) * dim)
    yield* norm('classifier.1', 2 * dim)
    yield* linear('classifier.3', labels.length, 2 * dim)
  }
  if (head === 'words') {
    yield* linear('mlm_score.transform.dense', dim, dim)
    yield* norm('mlm_score.transform.LayerNorm', dim)
    yield [names.decoder, [vocabulary, dim]]
  }
}

function* expectedTensors(config: ViltConfig): Shapes {
  const { dim, depth, mlpDim, patchPx, gridSide, vocabulary, maxTokens, tokenTypes, modalities } = config
  yield [names.words, [vocabulary, dim]]
  yield [names.textPositions, [maxTokens, dim]]
  yield [names.tokenTypes, [tokenTypes, dim]]
  yield* norm(names.textNorm, dim)
  yield [names.cls, [1, 1, dim]]
  yield [names.positions, [1, 1 + gridSide * gridSide, dim]]
  yield [`${names.patch}.weight`, [dim, 3, patchPx, patchPx]]
  yield [`${names.patch}.bias`, [dim]]
  yield [names.modalities, [modalities, dim]]
  for (let index = 0; index < depth; index++) {
    const block = names.block(index)
    yield* norm(`${block}layernorm_before`, dim)
    yield* norm(`${block}layernorm_after`, dim)
    for (const part of ['query', 'key', 'value'])
      yield* linear(`${block}attention.attention.${part}`, dim, dim)
    yield* linear(`${block}attention.output.dense`, dim, dim)
    yield* linear(`${block}intermediate.dense`, mlpDim, dim)
    yield* linear(`${block}output.dense`, dim, mlpDim)
  }
  yield* norm(names.norm, dim)
  if (config.head !== 'words') yield* linear(names.pooler, dim, dim)
  yield* headShapes(config)
}

/**
 * Biases are left out where a model was trained without them, which is the same as zeros (`qkv_bias: false`), and the
 * decoder where it shares its weight with the words, as transformers 5 makes it.
 */
const isOptional = (name: string): boolean =>
  /attention\.attention\.\w+\.bias$/.test(name) || name === names.decoder

/**
 * @throws ModelError `model-invalid` naming a tensor that is missing or has another shape than config.json says. Tensors
 * that are not needed (buffers, heads of the pretraining) do not matter.
 */
export function checkViltTensors(checkpoint: Checkpoint, config: ViltConfig): void {
  const { file, tensors } = checkpoint
  for (const [name, shape] of expectedTensors(config)) {
    const tensor = tensors.get(name)
    if (tensor === undefined) {
      if (isOptional(name)) continue
      throw lacksTensor(checkpoint, name)
    }
    if (tensor.shape.join() === shape.join()) continue
    throw new ModelError(
      'model-invalid',
      msg(
        '{{file}}: tensor {{name}} has shape [{{shape}}] where this model needs [{{needed}}]. Get another copy, or use another model.',
        { file, name, shape: tensor.shape.join(', '), needed: shape.join(', ') },
      ),
    )
  }
}

export type ViltWeights = ReturnType<typeof createViltWeights>

/** Reads one tensor at a time; values in row-major order. */
export function createViltWeights(checkpoint: Checkpoint, { dim, gridSide, modalities }: ViltConfig) {
  const read = async (name: string): Promise<Float32Array> => {
    const tensor = checkpoint.tensors.get(name)
    if (tensor === undefined) throw lacksTensor(checkpoint, name)
    return readFloats(name, tensor)
  }
  const has = (name: string): boolean => checkpoint.tensors.has(name)

  return {
    read,
    has,
    readOrZeros: (name: string, length: number): Promise<Float32Array> =>
      has(name) ? read(name) : Promise.resolve(new Float32Array(length)),

    /** [maxTokens, dim]: positions with the first token type, which every token of one text has. */
    async textPositions(): Promise<Float32Array> {
      const type = await read(names.tokenTypes)
      return (await read(names.textPositions)).map((value, i) => value + (type[i % dim] ?? 0))
    },

    /** [dim]: the norm's bias with the modality of text, which is added after the norm. */
    async textNormBias(): Promise<Float32Array> {
      const modality = await read(names.modalities)
      return (await read(`${names.textNorm}.bias`)).map((value, i) => value + (modality[i] ?? 0))
    },

    /**
     * [1 + gridSide^2 + photos, dim], the rows that make up what is added to a photo's tokens: the whole CLS token, the
     * position of each patch, and the modality of the first photo and of the second. The patch embedding's bias, which
     * the CLS row gets too, is taken off it. See [Note: ViLT inputs].
     */
    async photoTable(): Promise<Float32Array> {
      const [cls, positions, bias, modality] = [
        await read(names.cls),
        await read(names.positions),
        await read(`${names.patch}.bias`),
        await read(names.modalities),
      ]
      const table = new Float32Array((gridSide * gridSide + modalities) * dim)
      table.set(positions)
      for (let i = 0; i < dim; i++) table[i] = (cls[i] ?? 0) + (positions[i] ?? 0) - (bias[i] ?? 0)
      table.set(modality.subarray(dim), positions.length)
      return table
    },
  }
}
