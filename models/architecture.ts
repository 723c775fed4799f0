// What a checkpoint's Vision Transformer looks like, inferred from its tensors and completed by its configuration.
import { lacksTensor, type Checkpoint } from './checkpoint.ts'
import { ModelError } from './model-error.ts'
import { unsupported, type ModelConfig } from './model-config.ts'
import { findNaming, type Naming } from './tensor-names.ts'

/** A vector that the head reads; several are concatenated in this order. */
export type HeadPart = 'cls' | 'distillation' | 'patch-mean'

export interface Architecture {
  readonly naming: 'timm' | 'transformers'
  readonly patchPx: number
  readonly dim: number
  readonly depth: number
  readonly heads: number
  /** Width of the MLP's hidden layer; dim times the MLP ratio. */
  readonly mlpDim: number
  readonly classes: number
  /** Patches that the stored position embeddings are for. */
  readonly gridRows: number
  readonly gridColumns: number
  readonly hasDistillationToken: boolean
  readonly registers: number
  /** How many of the tokens before the patches have a position embedding; they are the first ones. */
  readonly positionedTokens: number
  readonly hasLayerScale: boolean
  /** `tokens`: the final norm comes before pooling; `pooled`: after it (timm's fc_norm). */
  readonly finalNorm: 'tokens' | 'pooled'
  readonly normEpsilon: number
  readonly headReads: readonly HeadPart[]
  /** Two heads, one for each part, whose logits are averaged (distilled DeiT). */
  readonly hasTwoHeads: boolean
  /** Whether position embeddings are filtered before they are made smaller; see resamplePositions. */
  readonly antialiasPositions: boolean
}

/** CLS, distillation and register tokens, which stand before the patches in this order. */
export function prefixTokens(arch: Architecture): number {
  return 1 + Number(arch.hasDistillationToken) + arch.registers
}

/** The width of `cls_embedding`: all vectors that the head reads, one after the other. */
export function embeddingDim(arch: Architecture): number {
  return arch.headReads.length * arch.dim
}

/** Widths whose heads are not 64 wide in the models that everyone calls huge, giant and gigantic. */
const headsOfWideModels: ReadonlyMap<number, number> = new Map([
  [1280, 16],
  [1408, 16],
  [1664, 16],
])

/**
 * Infers the architecture from names and shapes.
 * @throws ModelError `model-invalid` where a tensor is missing or misshapen, `model-unsupported` where the model has
 * parts that we do not build, each naming the tensor or the configuration's field.
 */
export function inferArchitecture(
  checkpoint: Checkpoint,
  config: ModelConfig,
): { arch: Architecture; naming: Naming } {
  const { file, tensors } = checkpoint
  const naming = findNaming(checkpoint)
  checkSettings(config, naming)
  const { names } = naming
  const shapeOf = (name: string, rank: number): readonly number[] => {
    const shape = tensors.get(name)?.shape
    if (shape === undefined) throw lacksTensor(checkpoint, name)
    if (shape.length === rank) return shape
    throw new ModelError(
      'model-invalid',
      `${file}: tensor ${name} has shape [${shape.join(', ')}], not ${rank} dimensions.`,
    )
  }
  const [dim = 0, channels, patchPx = 0, patchWidth] = shapeOf(names.patchWeight, 4)
  if (channels !== 3 || patchPx !== patchWidth || patchPx === 0) {
    throw new ModelError(
      'model-unsupported',
      `${file}: ${names.patchWeight} is not for square patches of RGB photos.`,
    )
  }
  const depth = naming.depth
  const [mlpDim = 0] = shapeOf(names.block(0, 'fc1', 'weight'), 2)
  const hasDistillationToken = tensors.has(names.distillationToken)
  const registers = tensors.has(names.registers) ? (shapeOf(names.registers, 3)[1] ?? 0) : 0
  const prefix = 1 + Number(hasDistillationToken) + registers
  const [, positions = 0] = shapeOf(names.positions, 3)
  const { positionedTokens, gridRows, gridColumns } = inferGrid(positions)
  const head = inferHead()
  const defaultEpsilon = naming.kind === 'timm' || naming.family === 'dinov2' ? 1e-6 : 1e-12
  const arch: Architecture = {
    naming: naming.kind,
    patchPx,
    dim,
    depth,
    heads: inferHeads(),
    mlpDim,
    gridRows,
    gridColumns,
    hasDistillationToken,
    registers,
    positionedTokens,
    hasLayerScale: tensors.has(names.block(0, 'ls1', 'scale')),
    finalNorm: tensors.has(names.pooledNorm('weight')) ? 'pooled' : 'tokens',
    normEpsilon: config.normEpsilon ?? defaultEpsilon,
    // transformers resamples DINOv2's grid of 37 x 37 without a filter, and its heads were trained like that.
    antialiasPositions: !(naming.kind === 'transformers' && naming.family === 'dinov2' && registers === 0),
    ...head,
  }
  return { arch, naming }

  function inferGrid(count: number) {
    const transformersTokens = 1 + Number(hasDistillationToken)
    // timm's later models (DeiT-3, registers) have positions for the patches alone.
    const candidates = naming.kind === 'timm' ? [prefix, 0] : [transformersTokens]
    const { imagePx } = config
    for (const positionedTokens of candidates) {
      const patches = count - positionedTokens
      const gridRows = (imagePx?.height ?? 0) / patchPx
      const gridColumns = (imagePx?.width ?? 0) / patchPx
      if (gridRows * gridColumns === patches) return { positionedTokens, gridRows, gridColumns }
    }
    for (const positionedTokens of candidates) {
      const side = Math.sqrt(count - positionedTokens)
      if (Number.isInteger(side) && side > 0) return { positionedTokens, gridRows: side, gridColumns: side }
    }
    throw new ModelError(
      'model-invalid',
      `${file}: ${names.positions} has ${count} positions, which is no square of patches and ${prefix} further tokens; say image_size in config.json if the model is not square.`,
    )
  }

  function inferHeads(): number {
    const heads = config.heads ?? headsOfWideModels.get(dim) ?? dim / 64
    if (Number.isInteger(heads) && heads > 0 && dim % heads === 0) return heads
    throw new ModelError(
      'model-invalid',
      `${file}: the number of attention heads cannot be told from its width ${dim}; say num_attention_heads in config.json.`,
    )
  }

  function inferHead(): Pick<Architecture, 'classes' | 'headReads' | 'hasTwoHeads'> {
    const weight = names.head('weight')
    if (!tensors.has(weight)) {
      throw new ModelError(
        'model-unsupported',
        `${file} has no classifier head (tensor ${weight}); use a model that was trained to classify.`,
      )
    }
    const [classes = 0, width = 0] = shapeOf(weight, 2)
    if (tensors.has(names.distillationHead('weight'))) {
      return { classes, headReads: ['cls', 'distillation'], hasTwoHeads: true }
    }
    // In timm a norm after pooling means that patches are averaged, unless something else is said.
    const pool = config.globalPool ?? (tensors.has(names.pooledNorm('weight')) ? 'avg' : 'token')
    const averages = naming.kind === 'timm' && pool === 'avg'
    if (averages) return { classes, headReads: ['patch-mean'], hasTwoHeads: false }
    return { classes, headReads: width === 2 * dim ? ['cls', 'patch-mean'] : ['cls'], hasTwoHeads: false }
  }
}

/** Refuses what no tensor tells of and what would change every score a little. */
function checkSettings({ file, activation, globalPool }: ModelConfig, { kind }: Naming): void {
  // `gelu` is the exact one in both libraries.
  if (activation !== null && activation.value !== 'gelu')
    throw unsupported(file, activation.field, activation.value)
  if (kind === 'timm' && globalPool !== null && !['', 'token', 'avg'].includes(globalPool))
    throw unsupported(file, 'global_pool', globalPool)
}
