// How photos are prepared for a model: what processors of transformers and configurations of timm say.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { adaptPreprocessing } from '../../../models/config/preprocessing-config.ts'
import { torchvisionCrop } from '../../../models/config/preprocessing.ts'
import { readModelFolder } from '../../../models/model-folder.ts'
import { writeModel } from '../helpers.ts'
import { makeTinyVit, timmTensors, transformersTensors } from '../tiny-vit.ts'

const heads = { num_attention_heads: 3 }
const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const withConfig = (json: Record<string, unknown> = {}) =>
  writeModel(timmTensors(makeTinyVit()), { 'config.json': heads, ...json })

describe('preprocessing', () => {
  const imagenet = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] }
  test.each([
    [
      'an exact size',
      { size: { height: 32, width: 40 }, resample: 2 },
      {
        height: 32,
        width: 40,
        resize: { rule: 'exact', widthPx: 40, heightPx: 32 },
        interpolation: 'bilinear',
      },
    ],
    [
      'an old size',
      { size: 32, resample: 3 },
      { height: 32, resize: { rule: 'exact', widthPx: 32, heightPx: 32 }, interpolation: 'bicubic' },
    ],
    [
      'a centre crop',
      {
        image_processor_type: 'BitImageProcessor',
        size: { shortest_edge: 36 },
        do_center_crop: true,
        crop_size: { height: 32, width: 32 },
        ...imagenet,
      },
      {
        height: 32,
        resize: { rule: 'shortest-edge', sizePx: 36 },
        crop: { rounding: 'down' },
        mean: imagenet.image_mean,
        std: imagenet.image_std,
      },
    ],
    [
      'a share to keep',
      { size: { shortest_edge: 224 }, crop_pct: 0.875 },
      { height: 224, resize: { rule: 'shortest-edge', sizePx: 256 } },
    ],
    [
      'no normalisation',
      { do_normalize: false, do_rescale: false, resample: 0 },
      { mean: [0, 0, 0], std: [1, 1, 1], rescale: 1, interpolation: 'nearest' },
    ],
    ['Lanczos', { resample: 1 }, { height: 32, interpolation: 'lanczos' }],
  ])('reads %s', async (_name, processor, expected) => {
    const folder = await withConfig({ 'preprocessor_config.json': processor })
    expect((await readModelFolder(folder)).preprocessing).toMatchObject(expected)
  })

  test("reads timm's configuration", async () => {
    const pretrained = {
      input_size: [3, 48, 48],
      crop_pct: 0.95,
      interpolation: 'bilinear',
      mean: [0, 0, 0],
      std: [1, 1, 1],
    }
    const center = await withConfig({ 'config.json': { ...heads, pretrained_cfg: pretrained } })
    expect((await readModelFolder(center)).preprocessing).toEqual({
      height: 48,
      width: 48,
      resize: { rule: 'shortest-edge', sizePx: 50 },
      interpolation: 'bilinear',
      crop: torchvisionCrop,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      rescale: 1 / 255,
      channels: 'rgb',
      cropPct: 0.95,
      from: join(center, 'config.json'),
    })
    const squash = await withConfig({
      'config.json': { ...heads, pretrained_cfg: { ...pretrained, crop_mode: 'squash', crop_pct: 1 } },
    })
    expect((await readModelFolder(squash)).preprocessing.resize).toEqual({
      rule: 'exact',
      widthPx: 48,
      heightPx: 48,
    })
    // Before 2023 it stood beside everything else.
    const old = await withConfig({
      'config.json': { ...heads, architecture: 'vit_tiny', ...pretrained, labels: letters },
    })
    const model = await readModelFolder(old)
    const { preprocessing } = await readModelFolder(center)
    expect(model.preprocessing).toEqual({ ...preprocessing, from: join(old, 'config.json') })
    expect(model.labels).toEqual(letters)
  })

  test("uses timm's defaults for what timm's configuration leaves out", async () => {
    const folder = await withConfig({ 'config.json': { ...heads, pretrained_cfg: { crop_mode: 'center' } } })
    expect((await readModelFolder(folder)).preprocessing).toEqual({
      height: 32,
      width: 32,
      resize: { rule: 'shortest-edge', sizePx: 36 },
      interpolation: 'bicubic',
      crop: torchvisionCrop,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      rescale: 1 / 255,
      channels: 'rgb',
      cropPct: 0.875,
      from: join(folder, 'config.json'),
    })
  })

  test("uses the family's own preprocessing where no configuration gives one", async () => {
    expect((await readModelFolder(await withConfig())).preprocessing).toMatchObject({
      height: 32,
      resize: { sizePx: 35 },
    })
    const vit = await writeModel(transformersTensors(makeTinyVit(), 'vit'), { 'config.json': heads })
    expect((await readModelFolder(vit)).preprocessing).toMatchObject({
      resize: { rule: 'exact' },
      interpolation: 'bilinear',
    })
  })

  test.each([
    ['deit', 28, 224, 256],
    ['deit', 48, 384, 439],
    ['dinov2', 28, 224, 256],
    ['dinov2', 37, 224, 256],
  ] as const)(
    'a %s with a grid of %i and no configuration crops %i px out of %i',
    async (family, grid, cropPx, sizePx) => {
      const traits = {
        deit: { hasDistillationToken: true },
        dinov2: { hasLayerScale: true, head: 'cls+mean' },
      } as const
      const vit = makeTinyVit({ grid, ...traits[family] })
      const folder = await writeModel(transformersTensors(vit, family), { 'config.json': heads })
      const { preprocessing } = await readModelFolder(folder)
      expect(preprocessing).toMatchObject({
        height: cropPx,
        width: cropPx,
        resize: { rule: 'shortest-edge', sizePx },
        interpolation: 'bicubic',
      })
    },
  )

  test.each([
    [256, 284],
    [384, 426],
    [448, 497],
  ])('another input of %i px is cut out of %i px, as timm does for crop_pct 0.9', async (inputPx, sizePx) => {
    const pretrained = { input_size: [3, 224, 224], crop_pct: 0.9 }
    const folder = await withConfig({ 'config.json': { ...heads, pretrained_cfg: pretrained } })
    const { preprocessing } = await readModelFolder(folder)
    expect(adaptPreprocessing(preprocessing, inputPx).resize).toEqual({ rule: 'shortest-edge', sizePx })
  })

  test.each([
    [
      { image_processor_type: 'PerceiverImageProcessor' },
      /preprocessor_config\.json asks for PerceiverImageProcessor, whose rules Labelroom does not have; use a model/,
    ],
    [
      { image_processor_type: 'CLIPImageProcessor', do_center_crop: false },
      /asks for size shortest_edge without a centre crop, which is not supported; use another model\./,
    ],
    [
      { image_processor_type: 'ViTImageProcessor', size: { longest_edge: 32 } },
      /asks for size longest_edge, which is not supported; use another model\./,
    ],
    [{ resample: 4 }, /asks for resample 4, which is not supported; use another model\./],
    [
      { image_processor_type: 'ViTImageProcessor', do_center_crop: true },
      /asks for do_center_crop true without crop_size, which is not supported/,
    ],
  ])('refuses %o in one sentence', async (processor, message) => {
    const folder = await withConfig({ 'preprocessor_config.json': processor })
    await expect(readModelFolder(folder)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(message) as string,
    })
  })
})
