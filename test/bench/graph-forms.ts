// Measures which form of the same ViT graph the runtime runs fastest. Usage:
//   npm run bench:graph-forms -- [tiny|small|base] [threads] [form-name-part]
// Weights are random: the time does not depend on them. Prints milliseconds per photo by batch size.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '../helpers/no-telemetry.ts'
import * as ort from '../../electron/worker/runtime.ts'
import { readModelFolder } from '../../models/model-folder.ts'
import { createGraph, type GraphBuilder } from '../../models/onnx/graph-builder.ts'
import type { Precision } from '../../models/onnx/precision.ts'
import { bytesOf, elementCount } from '../../models/tensor.ts'
import { buildVitGraph } from '../../models/vit/graph.ts'
import { makeTinyVit, timmTensors } from '../models/tiny-vit.ts'
import { writeSafetensors } from '../models/write-safetensors.ts'

interface Form {
  readonly attention: 'plain' | 'attention' | 'mha' | 'mha-packed'
  readonly linear: 'matmul-add' | 'gemm' | 'gemm-nt' | 'int8'
  readonly gelu: 'erf' | 'gelu' | 'biasgelu'
  readonly norm: 'plain' | 'skip'
  readonly lastBlock: 'all' | 'cls'
  readonly tokens: 'concat' | 'pad'
}

const plain: Form = {
  attention: 'plain',
  linear: 'matmul-add',
  gelu: 'erf',
  norm: 'plain',
  lastBlock: 'all',
  tokens: 'concat',
}
const gemm: Form = { ...plain, gelu: 'gelu', linear: 'gemm' }
const lean: Form = { ...gemm, attention: 'mha', lastBlock: 'cls', tokens: 'pad' }
const forms: Readonly<Record<string, Form>> = {
  plain,
  'Gelu (opset 20)': { ...plain, gelu: 'gelu' },
  'Gelu, Gemm': gemm,
  'Gelu, Gemm transB': { ...gemm, linear: 'gemm-nt' },
  'Gelu, Gemm, MultiHeadAttention': { ...gemm, attention: 'mha' },
  'Gelu, Gemm, MultiHeadAttention of one QKV': { ...gemm, attention: 'mha-packed' },
  'Gelu, Gemm, Attention': { ...gemm, attention: 'attention' },
  'Gelu, Gemm, Attention, SkipLayerNormalization': { ...gemm, attention: 'attention', norm: 'skip' },
  'BiasGelu, MatMul, Attention': { ...plain, attention: 'attention', gelu: 'biasgelu' },
  'lean: Gelu, Gemm, MultiHeadAttention, short last block, padded CLS': lean,
  'lean with SkipLayerNormalization': { ...lean, norm: 'skip' },
  'lean with plain attention': { ...lean, attention: 'plain' },
  'lean with every layer in int8': { ...lean, linear: 'int8' },
}
const sizes = { tiny: [192, 12, 3], small: [384, 12, 6], base: [768, 12, 12] } as const

function buildVit(form: Form, [dim, depth, heads]: readonly [number, number, number]): GraphBuilder {
  const g = createGraph('vit')
  const patches = 196
  const tokens = patches + 1
  let count = 0
  const weight = (...dims: number[]): string => {
    count++
    return g.tensor(`w${count}`, {
      type: 'float32',
      dims,
      load: () => bytesOf(randomFloats(elementCount(dims), 0.02)),
    })
  }
  const int8Weight = (rows: number, columns: number): string => {
    count++
    const load = () => bytesOf(Int8Array.from({ length: rows * columns }, () => Math.random() * 254 - 127))
    return g.tensor(`w${count}`, { type: 'int8', dims: [rows, columns], load })
  }
  const bias = (x: string, size: number) => g.node('Add', [x, weight(size)])
  /** x [N, tokens, in] or [N, in] -> the same with out; `addBias` false where the next node adds it. */
  const linear = (x: string, input: number, output: number, rank3: string | null, addBias = true): string => {
    if (form.linear === 'int8') {
      return g.node(
        'DynamicQuantizeMatMul',
        [x, int8Weight(input, output), weight(output), '', weight(output)],
        { domain: 'com.microsoft' },
      )
    }
    if (form.linear === 'matmul-add') {
      const y = g.node('MatMul', [x, weight(input, output)])
      return addBias ? bias(y, output) : y
    }
    const nt = form.linear === 'gemm-nt'
    const w = nt ? weight(output, input) : weight(input, output)
    const flat = rank3 === null ? x : g.node('Reshape', [x, g.ints(-1, input)])
    const y = g.node('Gemm', [flat, w, weight(output)], { attributes: { transB: nt ? 1 : 0 } })
    return rank3 === null ? y : g.node('Reshape', [y, rank3])
  }
  const norm = (x: string) =>
    g.node('LayerNormalization', [x, weight(dim), weight(dim)], { attributes: { epsilon: { float: 1e-6 } } })
  /** residual + x -> [its norm, the sum] */
  const addNorm = (residual: string, x: string): [string, string] => {
    if (form.norm === 'plain') {
      const sum = g.node('Add', [residual, x])
      return [norm(sum), sum]
    }
    const id = count
    const y = g.node('SkipLayerNormalization', [residual, x, weight(dim), weight(dim)], {
      domain: 'com.microsoft',
      attributes: { epsilon: { float: 1e-6 } },
      outputs: [`normed${id}`, '', '', `sum${id}`],
    })
    return [y, `sum${id}`]
  }
  const splitHeads = (x: string, perm: readonly number[]) =>
    g.node('Transpose', [g.node('Reshape', [x, g.ints(0, -1, heads, dim / heads)])], { attributes: { perm } })
  const firstToken = (x: string) => g.node('Slice', [x, g.ints(0), g.ints(1), g.ints(1)])
  const attend = (x: string, only: boolean): string => {
    const shape3 = g.ints(-1, tokens, dim)
    if (form.attention === 'attention' && !only) {
      return g.node('Attention', [x, weight(dim, 3 * dim), weight(3 * dim)], {
        domain: 'com.microsoft',
        attributes: { num_heads: heads },
      })
    }
    const [q, k, v] = (() => {
      if (form.attention === 'mha-packed' && !only) {
        const qkv = linear(x, dim, 3 * dim, g.ints(-1, tokens, 3 * dim))
        const names = [`${qkv}_q`, `${qkv}_k`, `${qkv}_v`]
        g.node('Split', [qkv], { attributes: { axis: 2, num_outputs: 3 }, outputs: names })
        return names as [string, string, string]
      }
      const query = only ? linear(firstToken(x), dim, dim, g.ints(-1, 1, dim)) : linear(x, dim, dim, shape3)
      return [query, linear(x, dim, dim, shape3), linear(x, dim, dim, shape3)] as const
    })()
    if (form.attention !== 'plain' || only)
      return g.node('MultiHeadAttention', [q, k, v], {
        domain: 'com.microsoft',
        attributes: { num_heads: heads },
      })
    const scores = g.node('MatMul', [splitHeads(q, [0, 2, 1, 3]), splitHeads(k, [0, 2, 3, 1])])
    const scaled = g.node('Mul', [scores, g.floats('scale', [], Float32Array.of((dim / heads) ** -0.5))])
    const mixed = g.node('MatMul', [
      g.node('Softmax', [scaled], { attributes: { axis: -1 } }),
      splitHeads(v, [0, 2, 1, 3]),
    ])
    return g.node('Reshape', [
      g.node('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } }),
      g.ints(0, -1, dim),
    ])
  }
  const gelu = (x: string, size: number): string => {
    if (form.gelu === 'gelu') return g.node('Gelu', [x])
    if (form.gelu === 'biasgelu') return g.node('BiasGelu', [x, weight(size)], { domain: 'com.microsoft' })
    const scalar = (name: string, value: number) => g.floats(name, [], Float32Array.of(value))
    const erf = g.node('Erf', [g.node('Div', [x, scalar('sqrt2', Math.SQRT2)])])
    return g.node('Mul', [g.node('Mul', [x, g.node('Add', [erf, scalar('one', 1)])]), scalar('half', 0.5)])
  }

  const pixels = g.input('pixel_values', ['N', 3, 224, 224])
  const convolved = g.node('Conv', [pixels, weight(dim, 3, 16, 16), weight(dim)], {
    attributes: { strides: [16, 16], kernel_shape: [16, 16] },
  })
  const flat = g.node('Reshape', [convolved, g.ints(0, dim, patches)])
  let x: string
  if (form.tokens === 'concat') {
    const shape = g.node(
      'Concat',
      [g.node('Shape', [pixels], { attributes: { start: 0, end: 1 } }), g.ints(1, dim)],
      { attributes: { axis: 0 } },
    )
    const cls = g.node('Expand', [weight(1, 1, dim), shape])
    const patchTokens = g.node('Transpose', [flat], { attributes: { perm: [0, 2, 1] } })
    x = g.node('Add', [
      g.node('Concat', [cls, patchTokens], { attributes: { axis: 1 } }),
      weight(1, tokens, dim),
    ])
  } else {
    const padded = g.node('Pad', [flat, g.ints(0, 0, 1, 0, 0, 0)])
    x = g.node('Add', [
      g.node('Transpose', [padded], { attributes: { perm: [0, 2, 1] } }),
      weight(1, tokens, dim),
    ])
  }
  let normed = norm(x)
  for (let block = 0; block < depth; block++) {
    const only = form.lastBlock === 'cls' && block === depth - 1
    const rank3 = g.ints(-1, only ? 1 : tokens, dim)
    const projected = linear(attend(normed, only), dim, dim, rank3)
    ;[normed, x] = addNorm(only ? firstToken(x) : x, projected)
    const hidden = linear(
      normed,
      dim,
      4 * dim,
      g.ints(-1, only ? 1 : tokens, 4 * dim),
      form.gelu !== 'biasgelu',
    )
    ;[normed, x] = addNorm(x, linear(gelu(hidden, 4 * dim), 4 * dim, dim, rank3))
  }
  const embedding = g.node('Reshape', [
    form.lastBlock === 'cls' ? normed : firstToken(normed),
    g.ints(-1, dim),
  ])
  g.node('Gemm', [embedding, weight(dim, 1000), weight(1000)], { outputs: ['logits'] })
  g.output('logits', ['N', 1000])
  return g
}

/** What models/ builds, with random weights. */
async function buildProduct(
  precision: Precision,
  [dim, depth, heads]: readonly [number, number, number],
): Promise<GraphBuilder> {
  const vit = makeTinyVit({ dim, depth, heads, mlpDim: 4 * dim, patchPx: 16, grid: 14, classes: 1000 })
  const file = join(folder, 'product.safetensors')
  await writeSafetensors(file, timmTensors(vit))
  const model = await readModelFolder(file)
  if (model.kind !== 'checkpoint') throw new Error('a checkpoint was written')
  const size = { heightPx: 224, widthPx: 224 }
  return buildVitGraph(model.architecture, model.named, { ...size, precision, withAttention: false })
}

function randomFloats(length: number, scale: number): Float32Array {
  return Float32Array.from({ length }, () => (Math.random() - 0.5) * 2 * scale)
}

/** The fastest of several runs: what the form can do when nothing else uses the machine. */
async function fastestMs(session: ort.InferenceSession, batch: number, runs: number): Promise<number> {
  const input = new ort.Tensor('float32', randomFloats(batch * 3 * 224 * 224, 1), [batch, 3, 224, 224])
  let fastest = Infinity
  for (let run = 0; run < runs; run++) {
    const startMs = performance.now()
    await session.run({ pixel_values: input })
    fastest = Math.min(fastest, performance.now() - startMs)
  }
  return fastest / batch
}

const [sizeName = 'tiny', threads = '2', only = ''] = process.argv.slice(2)
const size = sizes[sizeName as keyof typeof sizes]
const batches = [1, 4, 8, 16] as const
const folder = await mkdtemp(join(tmpdir(), 'graph-forms-'))
const candidates: [name: string, build: () => GraphBuilder | Promise<GraphBuilder>][] = [
  ...Object.entries(forms).map(([name, form]): [string, () => GraphBuilder] => [
    name,
    () => buildVit(form, size),
  ]),
  ['product fp32', () => buildProduct('fp32', size)],
  ['product int8', () => buildProduct('int8', size)],
]
const sessions: { name: string; session: ort.InferenceSession; best: number[] }[] = []
for (const [name, build] of candidates) {
  if (!name.includes(only)) continue
  const file = join(folder, 'model.onnx')
  await (await build()).write(file)
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: Number(threads),
    logSeverityLevel: 3,
  })
  sessions.push({ name, session, best: batches.map(() => Infinity) })
}
await rm(folder, { recursive: true })
// Interleaved, so that a busy moment of the machine does not fall on one form alone.
for (let round = 0; round < 4; round++) {
  for (const { session, best } of sessions) {
    for (const [i, batch] of batches.entries()) {
      best[i] = Math.min(best[i] ?? Infinity, await fastestMs(session, batch, batch === 1 ? 6 : 2))
    }
  }
}
console.log(
  `| ViT-${sizeName}, ${threads} threads, ms a photo | ${batches.map((b) => `batch ${b}`).join(' | ')} |`,
)
console.log('|---|---|---|---|---|')
for (const { name, best } of sessions)
  console.log(`| ${name} | ${best.map((ms) => ms.toFixed(2)).join(' | ')} |`)
