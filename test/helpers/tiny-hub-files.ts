// What the hub holds of a tiny ViT.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Traits } from '../models/tiny-vit.ts'
import { writeTinyModel } from './tiny-model.ts'

/**
 * The files of a tiny ViT as the hub has them: with transformers' configuration and its class names, or with timm's,
 * which has none, where `traits` ask for other than seven classes. `place` is a folder to make them in.
 */
export async function tinyHubFiles(place: string, traits: Traits = {}): Promise<Record<string, Buffer>> {
  const folder = await writeTinyModel(place, traits)
  const names = ['ant', 'bee', 'cat', 'dog', 'elk', 'fox', 'gnu']
  const config =
    traits.classes === undefined
      ? {
          _name_or_path: 'somewhere/what-it-was-made-from',
          num_attention_heads: 3,
          id2label: Object.fromEntries(names.entries()),
        }
      : {
          architecture: 'vit_tiny_patch16_224',
          num_classes: traits.classes,
          num_features: 24,
          global_pool: 'token',
          model_args: { num_heads: 3 },
          pretrained_cfg: {
            tag: 'augreg_in21k_ft_in1k',
            custom_load: true,
            input_size: [3, 32, 32],
            fixed_input_size: true,
            interpolation: 'bicubic',
            crop_pct: 0.8,
            crop_mode: 'center',
            mean: [0.5, 0.5, 0.5],
            std: [0.5, 0.5, 0.5],
            num_classes: traits.classes,
            pool_size: null,
            first_conv: 'patch_embed.proj',
            classifier: 'head',
          },
        }
  const processor = { size: 32, resample: 3, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] }
  return {
    'config.json': Buffer.from(JSON.stringify(config)),
    'preprocessor_config.json': Buffer.from(JSON.stringify(processor)),
    'model.safetensors': await readFile(path.join(folder, 'model.safetensors')),
  }
}
