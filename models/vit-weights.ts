// Checks that a checkpoint has exactly the tensors its architecture needs, and hands them out ready for the graph.
import { prefixTokens, type Architecture } from './architecture.ts'
import { lacksTensor, type Checkpoint } from './checkpoint.ts'
import { ModelError } from './model-error.ts'
import { resamplePositions } from './position-embedding.ts'
import { readFloats } from './safetensors.ts'
import type { BlockPart, Naming, WeightOrBias } from './tensor-names.ts'

export type LinearPart = Extract<BlockPart, 'q' | 'k' | 'v' | 'proj' | 'fc1' | 'fc2'>

export type VitWeights = ReturnType<typeof createVitWeights>

/**
 * Checks every tensor's presence and shape, and that none is left over.
 * @throws ModelError `model-invalid` naming a missing or misshapen tensor, `model-unsupported` naming one that belongs
 * to a part we do not build (a gated MLP, attention pooling, relative positions...).
 */
export function checkTensors(checkpoint: Checkpoint, arch: Architecture, naming: Naming): void {
  const { file, tensors } = checkpoint
  const known = new Set<string>()
  for (const [name, shape, isOptional] of expectedTensors(arch, naming)) {
    known.add(name)
    const tensor = tensors.get(name)
    if (tensor === undefined) {
      if (isOptional) continue
      throw lacksTensor(checkpoint, name)
    }
    if (tensor.shape.join() === shape.join()) continue
    throw new ModelError(
      'model-invalid',
      `${file}: tensor ${name} has shape [${tensor.shape.join(', ')}] where this model needs [${shape.join(', ')}]. Get another copy, or use another model.`,
    )
  }
  for (const name of tensors.keys()) {
    if (known.has(name) || naming.isUnused(name)) continue
    throw new ModelError(
      'model-unsupported',
      `${file} has tensor ${name}, which no ViT, DeiT or DINOv2 that Labelroom can run has; use another model.`,
    )
  }
}

type Expected = readonly [name: string, shape: readonly number[], isOptional?: boolean]

function* expectedTensors(arch: Architecture, { names, hasPackedQkv }: Naming): Generator<Expected> {
  const { dim, mlpDim, patchPx, classes } = arch
  yield [names.patchWeight, [dim, 3, patchPx, patchPx]]
  yield [names.patchBias, [dim]]
  yield [names.cls, [1, 1, dim]]
  if (arch.hasDistillationToken) yield [names.distillationToken, [1, 1, dim]]
  if (arch.registers > 0) yield [names.registers, [1, arch.registers, dim]]
  yield [names.positions, [1, arch.positionedTokens + arch.gridRows * arch.gridColumns, dim]]
  for (let block = 0; block < arch.depth; block++) {
    for (const norm of ['norm1', 'norm2'] as const) {
      yield [names.block(block, norm, 'weight'), [dim]]
      yield [names.block(block, norm, 'bias'), [dim]]
    }
    const qkvRows = hasPackedQkv ? 3 * dim : dim
    for (const part of ['q', 'k', 'v'] as const) {
      yield [names.block(block, part, 'weight'), [qkvRows, dim]]
      yield [names.block(block, part, 'bias'), [qkvRows], true]
    }
    yield [names.block(block, 'proj', 'weight'), [dim, dim]]
    yield [names.block(block, 'proj', 'bias'), [dim]]
    yield [names.block(block, 'fc1', 'weight'), [mlpDim, dim]]
    yield [names.block(block, 'fc1', 'bias'), [mlpDim]]
    yield [names.block(block, 'fc2', 'weight'), [dim, mlpDim]]
    yield [names.block(block, 'fc2', 'bias'), [dim]]
    if (!arch.hasLayerScale) continue
    yield [names.block(block, 'ls1', 'scale'), [dim]]
    yield [names.block(block, 'ls2', 'scale'), [dim]]
  }
  const norm = arch.finalNorm === 'pooled' ? names.pooledNorm : names.norm
  yield [norm('weight'), [dim]]
  yield [norm('bias'), [dim]]
  const headWidth = arch.hasTwoHeads ? dim : arch.headReads.length * dim
  yield [names.head('weight'), [classes, headWidth]]
  yield [names.head('bias'), [classes], true]
  if (!arch.hasTwoHeads) return
  yield [names.distillationHead('weight'), [classes, headWidth]]
  yield [names.distillationHead('bias'), [classes], true]
}

/** Reads the weights in the form that the graph wants; matrices are [out, in], as PyTorch stores them. */
export function createVitWeights(checkpoint: Checkpoint, arch: Architecture, naming: Naming) {
  const { names, hasPackedQkv } = naming
  const { dim } = arch

  const read = async (name: string, rows?: { first: number; count: number }): Promise<Float32Array> => {
    const tensor = checkpoint.tensors.get(name)
    if (tensor === undefined) throw lacksTensor(checkpoint, name)
    return readFloats(name, tensor, rows)
  }
  const readOrZeros = async (name: string, length: number, rows?: { first: number; count: number }) =>
    checkpoint.tensors.has(name) ? read(name, rows) : new Float32Array(length)

  const readLinear = async (block: number, part: LinearPart, kind: WeightOrBias): Promise<Float32Array> => {
    const name = names.block(block, part, kind)
    const third = hasPackedQkv ? ['q', 'k', 'v'].indexOf(part) : -1
    const rows = third < 0 ? undefined : { first: third * dim, count: dim }
    return kind === 'weight' ? read(name, rows) : readOrZeros(name, part === 'fc1' ? arch.mlpDim : dim, rows)
  }

  return {
    patch: (kind: WeightOrBias) => read(kind === 'weight' ? names.patchWeight : names.patchBias),
    norm: (block: number, which: 'norm1' | 'norm2', kind: WeightOrBias) =>
      read(names.block(block, which, kind)),
    finalNorm: (kind: WeightOrBias) =>
      read((arch.finalNorm === 'pooled' ? names.pooledNorm : names.norm)(kind)),

    /** [out, in] or [out]; a layer scale is multiplied in, since it follows the projection: s(Wx + b) = (sW)x + sb. */
    async linear(block: number, part: LinearPart, kind: WeightOrBias): Promise<Float32Array> {
      const values = await readLinear(block, part, kind)
      if (!arch.hasLayerScale || (part !== 'proj' && part !== 'fc2')) return values
      const scale = await read(names.block(block, part === 'proj' ? 'ls1' : 'ls2', 'scale'))
      const perRow = values.length / scale.length
      return values.map((value, i) => value * (scale[Math.floor(i / perRow)] ?? 1))
    },

    /**
     * What is added to the tokens [prefix + rows * columns, dim] when patches stand at their place and zeros before:
     * position embeddings, resampled to the grid, and the learned CLS, distillation and register tokens.
     */
    async positions(rows: number, columns: number): Promise<Float32Array> {
      const prefix = prefixTokens(arch)
      const stored = await read(names.positions)
      const positioned = arch.positionedTokens * dim
      const grid = { rows: arch.gridRows, columns: arch.gridColumns, dim }
      const resampled = resamplePositions(
        stored.subarray(positioned),
        grid,
        { rows, columns },
        arch.antialiasPositions,
      )
      const tokens = new Float32Array(prefix * dim + resampled.length)
      tokens.set(await read(names.cls), 0)
      if (arch.hasDistillationToken) tokens.set(await read(names.distillationToken), dim)
      if (arch.registers > 0) tokens.set(await read(names.registers), (prefix - arch.registers) * dim)
      for (let i = 0; i < positioned; i++) tokens[i] = (tokens[i] ?? 0) + (stored[i] ?? 0)
      tokens.set(resampled, prefix * dim)
      return tokens
    },

    /**
     * [classes, parts * dim] or [classes]. Two heads become one over both vectors, halved, which is their average.
     */
    async head(kind: WeightOrBias): Promise<Float32Array> {
      const first = await readOrZeros(names.head(kind), arch.classes)
      if (!arch.hasTwoHeads) return first
      const second = await readOrZeros(names.distillationHead(kind), arch.classes)
      if (kind === 'bias') return first.map((value, i) => (value + (second[i] ?? 0)) / 2)
      const both = new Float32Array(2 * first.length)
      for (let row = 0; row < arch.classes; row++) {
        for (let i = 0; i < dim; i++) {
          both[row * 2 * dim + i] = (first[row * dim + i] ?? 0) / 2
          both[row * 2 * dim + dim + i] = (second[row * dim + i] ?? 0) / 2
        }
      }
      return both
    },
  }
}
