// How photos are prepared for a model: what processors of transformers and configurations of timm say.
import { describe, expect, test } from 'vitest'
import { readModelFolder } from '../../models/model-folder.ts'
import { writeModel } from './helpers.ts'
import { makeTinyVit, timmTensors, transformersTensors } from './tiny-vit.ts'

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
      { height: 32, width: 40, resize: { rule: 'exact' }, interpolation: 'bilinear' },
    ],
    [
      'an old size',
      { size: 32, resample: 3 },
      { height: 32, resize: { rule: 'exact' }, interpolation: 'bicubic' },
    ],
    [
      'a centre crop',
      {
        size: { shortest_edge: 36 },
        do_center_crop: true,
        crop_size: { height: 32, width: 32 },
        ...imagenet,
      },
      {
        height: 32,
        resize: { rule: 'shortest-edge', sizePx: 36 },
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
      mean: [0, 0, 0],
      std: [1, 1, 1],
      rescale: 1 / 255,
    })
    const squash = await withConfig({
      'config.json': { ...heads, pretrained_cfg: { ...pretrained, crop_mode: 'squash', crop_pct: 1 } },
    })
    expect((await readModelFolder(squash)).preprocessing.resize).toEqual({ rule: 'exact' })
    const part = await withConfig({
      'config.json': { ...heads, pretrained_cfg: { ...pretrained, crop_mode: 'squash' } },
    })
    await expect(readModelFolder(part)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(/asks for crop_mode squash with crop_pct 0\.95/) as string,
    })
    // Before 2023 it stood beside everything else.
    const old = await withConfig({
      'config.json': { ...heads, architecture: 'vit_tiny', ...pretrained, labels: letters },
    })
    const model = await readModelFolder(old)
    expect(model.preprocessing).toEqual((await readModelFolder(center)).preprocessing)
    expect(model.labels).toEqual(letters)
  })

  test('what timm leaves out is what timm assumes', async () => {
    const folder = await withConfig({ 'config.json': { ...heads, pretrained_cfg: { crop_mode: 'center' } } })
    expect((await readModelFolder(folder)).preprocessing).toEqual({
      height: 32,
      width: 32,
      resize: { rule: 'shortest-edge', sizePx: 36 },
      interpolation: 'bicubic',
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      rescale: 1 / 255,
    })
  })

  test("assumes the family's own where nothing is said", async () => {
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
    'a %s with a grid of %i takes %i px of %i where nothing says so',
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
})
