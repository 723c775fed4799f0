// What a ViLT (Kim et al. 2021) looks like and what it was fine-tuned for, read from transformers' config.json.
import { join } from 'node:path'
import { z } from 'zod'
import { msg } from '../../electron/texts/message.ts'
import { readJson } from '../checkpoint/files.ts'
import { labelsFrom } from '../config/labels.ts'
import { unsupported } from '../config/model-config.ts'
import { ModelError } from '../model-error.ts'

/**
 * `answers`: scores each of its answers to a question about a photo (VQA). `match`: one number, how well a sentence fits a
 * photo (image-text retrieval). `pairs`: whether a sentence is true of two photos (NLVR2). `words`: the pretrained model,
 * which fills in masked words; it is of no use here but to compare with other implementations.
 */
export type ViltHead = 'answers' | 'match' | 'pairs' | 'words'

export interface ViltConfig {
  readonly head: ViltHead
  readonly dim: number
  readonly depth: number
  readonly heads: number
  readonly mlpDim: number
  readonly patchPx: number
  /** Patches in a row and in a column that the stored position embeddings are for. */
  readonly gridSide: number
  readonly vocabulary: number
  /** Of a text, with the marks at its start and end. */
  readonly maxTokens: number
  readonly tokenTypes: number
  /** The text, the photo and, for pairs, the second photo. */
  readonly modalities: number
  readonly normEpsilon: number
  /** The answers, or what is said of two photos; empty for other heads. */
  readonly labels: readonly string[]
}

const headOf: Readonly<Record<string, ViltHead>> = {
  ViltForQuestionAnswering: 'answers',
  // Its name in the checkpoints that the authors of transformers converted.
  ViltForVisualQuestionAnswering: 'answers',
  ViltForImageAndTextRetrieval: 'match',
  ViltForImagesAndTextClassification: 'pairs',
  ViltForMaskedLM: 'words',
}

const count = z.int().positive()
const ConfigFile = z.object({
  model_type: z.literal('vilt'),
  architectures: z.array(z.string()).min(1),
  hidden_size: count.default(768),
  num_hidden_layers: count.default(12),
  num_attention_heads: count.default(12),
  intermediate_size: count.default(3072),
  image_size: count.default(384),
  patch_size: count.default(32),
  vocab_size: count.default(30_522),
  max_position_embeddings: count.default(40),
  type_vocab_size: count.default(2),
  modality_type_vocab_size: count.default(2),
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_act: z.string().default('gelu'),
  num_images: z.int().default(-1),
  id2label: z.record(z.string(), z.string()).nullish(),
})

/** Whether the folder's config.json says that it is a ViLT. */
export async function isVilt(folder: string): Promise<boolean> {
  const config = await readJson(
    join(folder, 'config.json'),
    z.looseObject({ model_type: z.unknown().optional() }),
  )
  return config?.model_type === 'vilt'
}

/** @throws ModelError naming the field of config.json that is missing, damaged or not supported. */
export async function readViltConfig(folder: string): Promise<ViltConfig> {
  const file = join(folder, 'config.json')
  const config = await readJson(file, ConfigFile)
  if (config === null)
    throw new ModelError('model-missing', msg('{{file}} is no longer there; put it back.', { file }))
  const [architecture = ''] = config.architectures
  const head = headOf[architecture]
  if (head === undefined) throw unsupported(file, 'architectures', architecture)
  if (config.hidden_act !== 'gelu') throw unsupported(file, 'hidden_act', config.hidden_act)
  if (head === 'pairs' && config.num_images !== 2)
    throw unsupported(file, 'num_images', String(config.num_images))
  if (config.hidden_size % config.num_attention_heads !== 0)
    throw unsupported(file, 'num_attention_heads', String(config.num_attention_heads))
  return {
    head,
    dim: config.hidden_size,
    depth: config.num_hidden_layers,
    heads: config.num_attention_heads,
    mlpDim: config.intermediate_size,
    patchPx: config.patch_size,
    gridSide: Math.floor(config.image_size / config.patch_size),
    vocabulary: config.vocab_size,
    maxTokens: config.max_position_embeddings,
    tokenTypes: config.type_vocab_size,
    modalities: config.modality_type_vocab_size,
    normEpsilon: config.layer_norm_eps,
    labels: labelsOf(head, file, config.id2label),
  }
}

function labelsOf(
  head: ViltHead,
  file: string,
  id2label: Readonly<Record<string, string>> | null | undefined,
): readonly string[] {
  if (head === 'match' || head === 'words') return []
  const labels = labelsFrom(id2label)
  if (labels !== null && labels.length > 0) return labels
  // transformers does not save names that nobody gave; whoever fine-tuned for pairs followed NLVR2.
  if (head === 'pairs') return ['False', 'True']
  throw new ModelError(
    'model-invalid',
    msg('{{file}} does not name the answers (id2label); download or copy it again.', { file }),
  )
}
