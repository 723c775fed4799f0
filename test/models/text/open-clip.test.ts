// The same weights in open_clip's form: its names, joined and turned matrices, and its configuration.
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readFloats, readSafetensorsHeader } from '../../../models/checkpoint/safetensors.ts'
import { readModelFolder } from '../../../models/model-folder.ts'
import { prepareGraph } from '../../../models/prepare.ts'
import { buildTextGraph, textGraphNames } from '../../../models/text/text-graph.ts'
import { readTextEncoder } from '../../../models/text/text-encoder.ts'
import { openTextReader } from '../../../models/text/text-inputs.ts'
import * as ort from '../../../electron/worker/runtime.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { largestDifference, runGraph } from '../helpers.ts'
import { writeSafetensors, type TestTensor, type TestTensors } from '../write-safetensors.ts'
import { textImageModels } from './models.ts'

const [clip] = textImageModels

/** open_clip's names for those of transformers; `T`: its matrix is turned. */
const renamed: readonly (readonly [RegExp, string])[] = [
  [/^vision_model\.embeddings\.class_embedding$/, 'visual.class_embedding'],
  [/^vision_model\.embeddings\.patch_embedding/, 'visual.conv1'],
  [/^vision_model\.embeddings\.position_embedding\.weight$/, 'visual.positional_embedding'],
  [/^vision_model\.pre_layrnorm/, 'visual.ln_pre'],
  [/^vision_model\.post_layernorm/, 'visual.ln_post'],
  [/^vision_model\.encoder\.layers/, 'visual.transformer.resblocks'],
  [/^text_model\.embeddings\.token_embedding/, 'token_embedding'],
  [/^text_model\.embeddings\.position_embedding\.weight$/, 'positional_embedding'],
  [/^text_model\.final_layer_norm/, 'ln_final'],
  [/^text_model\.encoder\.layers/, 'transformer.resblocks'],
  [/self_attn\.out_proj/, 'attn.out_proj'],
  [/layer_norm1/, 'ln_1'],
  [/layer_norm2/, 'ln_2'],
  [/mlp\.fc1/, 'mlp.c_fc'],
  [/mlp\.fc2/, 'mlp.c_proj'],
]

function turned({ shape: [rows = 0, columns = 0], values }: TestTensor): TestTensor {
  const result = new Float32Array(values.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column] ?? 0
  return { shape: [columns, rows], values: result }
}

const joined = (parts: readonly TestTensor[]): TestTensor => ({
  shape: [parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0), ...(parts[0]?.shape.slice(1) ?? [])],
  values: Float32Array.from(parts.flatMap(({ values }) => [...values])),
})

/** A folder as open_clip publishes it. */
async function openClipFolder(preprocess: object = {}): Promise<string> {
  const source = new Map<string, TestTensor>()
  for (const [name, stored] of await readSafetensorsHeader(join(clip.folder, 'model.safetensors')))
    source.set(name, { shape: stored.shape, values: await readFloats(name, stored) })
  const tensors: TestTensors = {}
  for (const [name, tensor] of source) {
    const name_ = renamed.reduce((text, [theirs, ours]) => text.replace(theirs, ours), name)
    if (name.endsWith('position_ids') || /self_attn\.[kv]_proj/.test(name)) continue
    if (name === 'visual_projection.weight') tensors['visual.proj'] = turned(tensor)
    else if (name === 'text_projection.weight') tensors['text_projection'] = turned(tensor)
    else if (name.includes('self_attn.q_proj')) {
      const parts = ['q', 'k', 'v'].flatMap(
        (part) => source.get(name.replace('q_proj', `${part}_proj`)) ?? [],
      )
      tensors[name_.replace(/self_attn\.q_proj\.(\w+)$/, 'attn.in_proj_$1')] = joined(parts)
    } else tensors[name_] = tensor
  }
  const folder = tempFolder()
  await writeSafetensors(join(folder, 'open_clip_model.safetensors'), tensors)
  const config = {
    model_cfg: {
      embed_dim: 24,
      quick_gelu: true,
      vision_cfg: { image_size: 32, layers: 2, width: 48, head_width: 16, patch_size: 8 },
      text_cfg: { context_length: 24, vocab_size: 359, width: 32, heads: 4, layers: 2 },
    },
    preprocess_cfg: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], ...preprocess },
  }
  await writeFile(join(folder, 'open_clip_config.json'), JSON.stringify(config))
  for (const name of ['tokenizer.json', 'tokenizer_config.json'])
    await copyFile(join(clip.folder, name), join(folder, name))
  return folder
}

test('a CLIP of open_clip embeds photos within 1e-5 of transformers', async () => {
  const model = await readModelFolder(await openClipFolder())
  const { preprocessing } = await readModelFolder(clip.folder)
  expect(model).toMatchObject({
    embeddingDim: 24,
    preprocessing: { ...preprocessing, crop: { rounding: 'even' }, from: expect.any(String) as string },
  })
  const graph = await prepareGraph(model, { precision: 'fp32', cacheDir: tempFolder() })
  const pixels = Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => Math.sin(0.01 * i))
  const outputs = await runGraph(graph, [pixels.subarray(0, 3072), pixels.subarray(3072)])
  expect(largestDifference(outputs['cls_embedding'], clip.golden().image.flat())).toBeLessThan(1e-5)
})

test('a CLIP of open_clip embeds texts within 1e-5 of transformers, with its scale', async () => {
  const folder = await openClipFolder()
  const encoder = await readTextEncoder(folder)
  const { texts, text, logitScale } = clip.golden()
  expect(encoder.logitScale).toBeCloseTo(logitScale, 5)
  const inputs = await (await openTextReader(folder, encoder)).read(texts)
  const file = join(tempFolder(), 'text.onnx')
  await buildTextGraph(encoder).write(file)
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1 })
  const outputs = await session.run({
    [textGraphNames.tokens]: new ort.Tensor('float32', inputs.embedded, [inputs.texts, inputs.tokens, 32]),
    [textGraphNames.readout]: new ort.Tensor('float32', inputs.readout, [inputs.texts, 1, inputs.tokens]),
  })
  await session.release()
  const embeddings = outputs[textGraphNames.embedding]?.data as Float32Array
  expect(largestDifference(embeddings, text.flat())).toBeLessThan(1e-5)
})

test('a rule of resizing that is not known is refused by its name', async () => {
  await expect(readModelFolder(await openClipFolder({ resize_mode: 'longest' }))).rejects.toThrow(
    'asks for resize_mode longest, which is not supported',
  )
})
