// Where the model looks: rollout against an independent computation, the crop it belongs to, and the picture of it.
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { defaultPhotoLimits, type ExplainRequest } from '../../../electron/contract/inference.ts'
import { explainPhoto } from '../../../electron/worker/explain/explain-photo.ts'
import { attentionRollout } from '../../../electron/worker/explain/rollout.ts'
import type { HeadPart } from '../../../models/config/architecture.ts'
import { photoOnDisk } from '../../helpers/photo-on-disk.ts'
import { hasSharedFiles, sharedFiles } from '../../helpers/shared-files.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { makeTinyVit, timmTensors } from '../../models/tiny-vit.ts'
import { writeSafetensors } from '../../models/write-safetensors.ts'

test('rollout of two tokens, one head and two blocks is as worked out by hand', () => {
  const block = (values: number[]) => ({ heads: 1, tokens: 2, values: Float32Array.from(values) })
  // (A + I) / 2 is [[0.75, 0.25], [0, 1]] and then [[0.6, 0.4], [0.5, 0.5]]; the CLS row of their product is [0.45, 0.55].
  const blocks = [block([0.5, 0.5, 0, 1]), block([0.2, 0.8, 1, 0])]
  expect(attentionRollout(blocks, 1)[0]).toBeCloseTo(0.55, 6)
})

test('rollout averages the heads and leaves out the tokens before the patches', () => {
  const uniform = new Array<number>(9).fill(1 / 3)
  const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1]
  const values = Float32Array.from([...uniform, ...identity])
  const rollout = attentionRollout([{ heads: 2, tokens: 3, values }], 1)
  expect(rollout).toHaveLength(1)
  expect(rollout[0]).toBeCloseTo(1 / 12, 6)
})

test('rollout starts at what the head reads: the patches where it averages them, else an equal share of each vector', () => {
  const values = Float32Array.of(0.5, 0.3, 0.2, 0.1, 0.6, 0.3, 0.4, 0.4, 0.2)
  const block = { heads: 1, tokens: 3, values }
  // (A + I) / 2 has the rows [0.75, 0.15, 0.1], [0.05, 0.8, 0.15] and [0.2, 0.2, 0.6].
  const of = (reads: readonly HeadPart[]) => [...attentionRollout([block], 2, reads)]
  const near = (numbers: readonly number[]) => numbers.map((value) => expect.closeTo(value, 6) as number)
  expect(of(['patch-mean'])).toEqual(near([0.5, 0.375]))
  expect(of(['cls', 'patch-mean'])).toEqual(near([0.325, 0.2375]))
  expect([...attentionRollout([block], 1, ['cls', 'distillation'])]).toEqual(near([0.125]))
})

test('a model that averages its patches is explained by them, not by a CLS token that its head never reads', async () => {
  const folder = tempFolder()
  const vit = makeTinyVit({ head: 'mean', depth: 1 })
  await writeSafetensors(path.join(folder, 'model.safetensors'), timmTensors(vit))
  await writeFile(path.join(folder, 'config.json'), JSON.stringify({ num_attention_heads: vit.heads }))
  const photo = path.join(folder, 'photo.png')
  const raw = { width: 64, height: 64, channels: 3 } as const
  await sharp(syntheticPixels(64), { raw }).png().toFile(photo)
  const request = { type: 'explain', inputSizePx: null, threads: 1, limits: defaultPhotoLimits } as const
  const { rollout } = await explainPhoto({
    ...{ ...request, modelPath: folder, cacheDir: tempFolder(), ...photoOnDisk(photo), picture: null },
  })
  // Of the mean of all patches, half at least comes from the patches themselves.
  expect(rollout.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.9)
})

/** Stripes with a disc; as in test/scripts/attention-rollout.py. */
function syntheticPixels(sizePx: number): Uint8Array {
  const pixels = new Uint8Array(3 * sizePx * sizePx)
  for (let y = 0; y < sizePx; y++) {
    for (let x = 0; x < sizePx; x++) {
      const disc = (x - 90) ** 2 + (y - 140) ** 2 < 50 ** 2 ? 120 : 0
      for (let c = 0; c < 3; c++) pixels[3 * (y * sizePx + x) + c] = (3 * x + 5 * (c + 1) * y + disc) % 256
    }
  }
  return pixels
}

describe.skipIf(!hasSharedFiles('vitTiny'))('with the ViT-Ti', () => {
  const request = (photo: string): ExplainRequest => ({
    type: 'explain',
    modelPath: sharedFiles.vitTiny,
    inputSizePx: null,
    cacheDir: tempFolder(),
    threads: 1,
    limits: defaultPhotoLimits,
    ...photoOnDisk(photo),
    picture: null,
  })

  test("rollout agrees with NumPy's in float64", async () => {
    const photo = path.join(tempFolder(), 'photo.png')
    const raw = { width: 248, height: 248, channels: 3 } as const
    await sharp(syntheticPixels(248), { raw }).png().toFile(photo)
    const { rollout, gridWidth, gridHeight } = await explainPhoto(request(photo))
    const golden = JSON.parse(
      readFileSync(new URL('attention-rollout.json', import.meta.url), 'utf8'),
    ) as number[]
    expect([gridWidth, gridHeight]).toEqual([14, 14])
    const relative = golden.map((share, i) => Math.abs((rollout[i] ?? 0) / share - 1))
    expect(Math.max(...relative)).toBeLessThan(1e-4)
  })

  test('the crop is what the model read of the upright photo, and the picture shows the whole photo', async () => {
    const photo = path.join(tempFolder(), 'upside.jpg')
    // Lies on its side in the file: 400 x 200 upright.
    const create = { width: 200, height: 400, channels: 3, background: 'white' } as const
    await sharp({ create }).withMetadata({ orientation: 6 }).jpeg().toFile(photo)
    const explained = await explainPhoto({ ...request(photo), picture: 'png' })
    expect(explained.crop).toEqual({ left: 136 / 496, top: 12 / 248, width: 224 / 496, height: 224 / 248 })
    const { width, height } = await sharp(explained.picture ?? Buffer.alloc(0)).metadata()
    expect([width, height]).toEqual([400, 200])
    const { data } = await sharp(explained.picture ?? Buffer.alloc(0))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const pixelAt = (x: number, y: number) => [...data.subarray(3 * (y * 400 + x), 3 * (y * 400 + x) + 3)]
    const [unseen, seen] = [pixelAt(20, 100), pixelAt(200, 100)]
    expect(new Set(unseen).size).toBe(1)
    expect(unseen[0]).toBeLessThan(110)
    expect(new Set(seen).size).toBeGreaterThan(1)
  })

  test('a photo that cannot be opened fails with the reason', async () => {
    const broken = path.join(tempFolder(), 'gone.jpg')
    await expect(explainPhoto(request(broken))).rejects.toMatchObject({
      code: 'inference-failed',
      message: expect.stringContaining('no longer there') as string,
    })
  })
})
