// Seeded random ViTs in any family's traits, and their tensors under timm's and transformers' names.
import type { TestTensors } from './write-safetensors.ts'

export interface TinyVit {
  readonly dim: number
  readonly heads: number
  readonly depth: number
  readonly mlpDim: number
  readonly patchPx: number
  readonly grid: number
  readonly classes: number
  readonly registers: number
  readonly hasDistillationToken: boolean
  readonly hasLayerScale: boolean
  /** `patches`: position embeddings for patches alone; `first`: also for CLS and distillation; `all`: for registers too. */
  readonly positions: 'patches' | 'first' | 'all'
  readonly head: 'cls' | 'two' | 'cls+mean' | 'mean'
  readonly normEpsilon: number
  /** Under our own names; matrices are [out, in]. */
  readonly weights: Readonly<Record<string, Float32Array>>
}
export type Traits = Partial<Omit<TinyVit, 'weights'>>

const plain: Omit<TinyVit, 'weights'> = {
  dim: 24,
  heads: 3,
  depth: 2,
  mlpDim: 96,
  patchPx: 8,
  grid: 4,
  classes: 7,
  registers: 0,
  hasDistillationToken: false,
  hasLayerScale: false,
  positions: 'first',
  head: 'cls',
  normEpsilon: 1e-6,
}

/** mulberry32: small, seeded and good enough for test weights. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function makeTinyVit(
  traits: Traits = {},
  round: (values: Float32Array) => Float32Array = (v) => v,
): TinyVit {
  const vit = { ...plain, ...traits }
  const { dim, mlpDim, classes, patchPx } = vit
  const random = seededRandom(42)
  const weights: Record<string, Float32Array> = {}
  const add = (name: string, length: number, spread: number, centre = 0) => {
    const values = new Float32Array(length)
    for (let at = 0; at < length; at++) values[at] = centre + (random() * 2 - 1) * spread
    weights[name] = round(values)
  }
  add('patch.weight', dim * 3 * patchPx * patchPx, 0.1)
  add('patch.bias', dim, 0.1)
  add('cls', dim, 1)
  if (vit.hasDistillationToken) add('distillation', dim, 1)
  if (vit.registers > 0) add('registers', vit.registers * dim, 1)
  const first = 1 + Number(vit.hasDistillationToken)
  const positioned = { patches: 0, first, all: first + vit.registers }[vit.positions]
  add('positions', (positioned + vit.grid ** 2) * dim, 0.5)
  for (let block = 0; block < vit.depth; block++) {
    for (const norm of ['norm1', 'norm2']) {
      add(`${block}.${norm}.weight`, dim, 0.3, 1)
      add(`${block}.${norm}.bias`, dim, 0.3)
    }
    for (const [part, out, into] of [
      ['q', dim, dim],
      ['k', dim, dim],
      ['v', dim, dim],
      ['proj', dim, dim],
      ['fc1', mlpDim, dim],
      ['fc2', dim, mlpDim],
    ] as const) {
      add(`${block}.${part}.weight`, out * into, 0.3)
      add(`${block}.${part}.bias`, out, 0.3)
    }
    if (!vit.hasLayerScale) continue
    add(`${block}.ls1`, dim, 0.5, 0.5)
    add(`${block}.ls2`, dim, 0.5, 0.5)
  }
  add('norm.weight', dim, 0.3, 1)
  add('norm.bias', dim, 0.3)
  const headWidth = vit.head === 'cls+mean' ? 2 * dim : dim
  add('head.weight', classes * headWidth, 0.3)
  add('head.bias', classes, 0.3)
  if (vit.head === 'two') {
    add('head2.weight', classes * dim, 0.3)
    add('head2.bias', classes, 0.3)
  }
  return { ...vit, weights }
}

export function weightOf(vit: TinyVit, name: string): Float32Array {
  const values = vit.weights[name]
  if (values === undefined) throw new Error(`the test model has no ${name}`)
  return values
}

function joined(...parts: readonly Float32Array[]): Float32Array {
  const values = new Float32Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    values.set(part, at)
    at += part.length
  }
  return values
}

export function timmTensors(vit: TinyVit): TestTensors {
  const { dim, mlpDim, patchPx } = vit
  const tensors: TestTensors = {}
  const add = (name: string, shape: number[], values: Float32Array) => (tensors[name] = { shape, values })
  const copy = (name: string, shape: number[], from: string) => add(name, shape, weightOf(vit, from))
  copy('patch_embed.proj.weight', [dim, 3, patchPx, patchPx], 'patch.weight')
  copy('patch_embed.proj.bias', [dim], 'patch.bias')
  copy('cls_token', [1, 1, dim], 'cls')
  if (vit.hasDistillationToken) copy('dist_token', [1, 1, dim], 'distillation')
  if (vit.registers > 0) copy('reg_token', [1, vit.registers, dim], 'registers')
  copy('pos_embed', [1, weightOf(vit, 'positions').length / dim, dim], 'positions')
  for (let block = 0; block < vit.depth; block++) {
    const qkv = (kind: string) =>
      joined(...['q', 'k', 'v'].map((part) => weightOf(vit, `${block}.${part}.${kind}`)))
    const at = `blocks.${block}`
    add(`${at}.attn.qkv.weight`, [3 * dim, dim], qkv('weight'))
    add(`${at}.attn.qkv.bias`, [3 * dim], qkv('bias'))
    for (const kind of ['weight', 'bias']) {
      const shape = (out: number, into: number) => (kind === 'weight' ? [out, into] : [out])
      copy(`${at}.norm1.${kind}`, [dim], `${block}.norm1.${kind}`)
      copy(`${at}.norm2.${kind}`, [dim], `${block}.norm2.${kind}`)
      copy(`${at}.attn.proj.${kind}`, shape(dim, dim), `${block}.proj.${kind}`)
      copy(`${at}.mlp.fc1.${kind}`, shape(mlpDim, dim), `${block}.fc1.${kind}`)
      copy(`${at}.mlp.fc2.${kind}`, shape(dim, mlpDim), `${block}.fc2.${kind}`)
    }
    if (!vit.hasLayerScale) continue
    copy(`${at}.ls1.gamma`, [dim], `${block}.ls1`)
    copy(`${at}.ls2.gamma`, [dim], `${block}.ls2`)
  }
  const norm = vit.head === 'mean' ? 'fc_norm' : 'norm'
  for (const kind of ['weight', 'bias']) {
    copy(`${norm}.${kind}`, [dim], `norm.${kind}`)
    const shape = kind === 'weight' ? [vit.classes, dim] : [vit.classes]
    copy(`head.${kind}`, shape, `head.${kind}`)
    if (vit.head === 'two') copy(`head_dist.${kind}`, shape, `head2.${kind}`)
  }
  return tensors
}

export function transformersTensors(vit: TinyVit, family: 'vit' | 'deit' | 'dinov2'): TestTensors {
  const { dim, mlpDim, patchPx } = vit
  const tensors: TestTensors = {}
  const copy = (name: string, shape: number[], from: string) =>
    (tensors[name] = { shape, values: weightOf(vit, from) })
  const embeddings = `${family}.embeddings`
  copy(`${embeddings}.patch_embeddings.projection.weight`, [dim, 3, patchPx, patchPx], 'patch.weight')
  copy(`${embeddings}.patch_embeddings.projection.bias`, [dim], 'patch.bias')
  copy(`${embeddings}.cls_token`, [1, 1, dim], 'cls')
  if (vit.hasDistillationToken) copy(`${embeddings}.distillation_token`, [1, 1, dim], 'distillation')
  if (vit.registers > 0) copy(`${embeddings}.register_tokens`, [1, vit.registers, dim], 'registers')
  copy(`${embeddings}.position_embeddings`, [1, weightOf(vit, 'positions').length / dim, dim], 'positions')
  const names =
    family === 'dinov2'
      ? { norm1: 'norm1', norm2: 'norm2', fc1: 'mlp.fc1', fc2: 'mlp.fc2' }
      : {
          norm1: 'layernorm_before',
          norm2: 'layernorm_after',
          fc1: 'intermediate.dense',
          fc2: 'output.dense',
        }
  for (let block = 0; block < vit.depth; block++) {
    const at = `${family}.encoder.layer.${block}`
    for (const kind of ['weight', 'bias']) {
      const shape = (out: number, into: number) => (kind === 'weight' ? [out, into] : [out])
      copy(`${at}.attention.attention.query.${kind}`, shape(dim, dim), `${block}.q.${kind}`)
      copy(`${at}.attention.attention.key.${kind}`, shape(dim, dim), `${block}.k.${kind}`)
      copy(`${at}.attention.attention.value.${kind}`, shape(dim, dim), `${block}.v.${kind}`)
      copy(`${at}.attention.output.dense.${kind}`, shape(dim, dim), `${block}.proj.${kind}`)
      copy(`${at}.${names.norm1}.${kind}`, [dim], `${block}.norm1.${kind}`)
      copy(`${at}.${names.norm2}.${kind}`, [dim], `${block}.norm2.${kind}`)
      copy(`${at}.${names.fc1}.${kind}`, shape(mlpDim, dim), `${block}.fc1.${kind}`)
      copy(`${at}.${names.fc2}.${kind}`, shape(dim, mlpDim), `${block}.fc2.${kind}`)
    }
    if (!vit.hasLayerScale) continue
    copy(`${at}.layer_scale1.lambda1`, [dim], `${block}.ls1`)
    copy(`${at}.layer_scale2.lambda1`, [dim], `${block}.ls2`)
  }
  const headWidth = vit.head === 'cls+mean' ? 2 * dim : dim
  for (const kind of ['weight', 'bias']) {
    const shape = kind === 'weight' ? [vit.classes, headWidth] : [vit.classes]
    copy(`${family}.layernorm.${kind}`, [dim], `norm.${kind}`)
    copy(`${vit.head === 'two' ? 'cls_classifier' : 'classifier'}.${kind}`, shape, `head.${kind}`)
    if (vit.head === 'two') copy(`distillation_classifier.${kind}`, shape, `head2.${kind}`)
  }
  return tensors
}
