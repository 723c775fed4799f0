// ViTs of the usual sizes with random weights, in timm's names: they take as long as trained ones, and say nothing.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeTinyVit, timmTensors } from '../models/tiny-vit.ts'
import { writeSafetensors } from '../models/write-safetensors.ts'

/** By the letters of timm: ViT-Ti/16, S/16 and B/16 at 224 px, with 1,000 classes. */
export const vitSizes = {
  ti: { dim: 192, heads: 3, mlpDim: 768, timm: 'vit_tiny_patch16_224' },
  s: { dim: 384, heads: 6, mlpDim: 1536, timm: 'vit_small_patch16_224' },
  b: { dim: 768, heads: 12, mlpDim: 3072, timm: 'vit_base_patch16_224' },
} as const
export type VitSize = keyof typeof vitSizes

/** Writes `model.safetensors` and `config.json` into the folder; returns it. */
export async function writeRandomVit(folder: string, size: VitSize): Promise<string> {
  const { timm, ...traits } = vitSizes[size]
  const vit = makeTinyVit({ ...traits, depth: 12, patchPx: 16, grid: 14, classes: 1000 }, (values) =>
    values.map((value) => value * 0.1),
  )
  await mkdir(folder, { recursive: true })
  await writeSafetensors(path.join(folder, 'model.safetensors'), timmTensors(vit))
  const config = { architecture: timm, num_classes: 1000, num_attention_heads: traits.heads }
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config))
  return folder
}
