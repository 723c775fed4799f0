// A hub with a tiny ViT, and an entry of the catalogue for it.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { CatalogueEntry } from '../../../models/catalogue/catalogue.ts'
import { createHub, defaultHubOptions, type HubOptions } from '../../../electron/core/catalogue/hub.ts'
import { install, type InstallProgress } from '../../../electron/core/catalogue/install.ts'
import { startHub, type HubServer } from '../../helpers/hub-server.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import type { Traits } from '../../models/tiny-vit.ts'

export const tinyEntry: CatalogueEntry = {
  id: 'tiny',
  title: 'Tiny ViT',
  subject: 'seven animals',
  repository: 'someone/tiny',
  revision: null,
  files: ['config.json', 'model.safetensors'],
  licence: 'Apache-2.0',
  approximateBytes: 100_000,
  inputSizePx: 32,
  preprocessing: 'config.json',
  labelSet: null,
  accuracy: null,
}

/**
 * The files of a tiny ViT as the hub has them: with transformers' configuration and its class names, or with timm's,
 * which has none, where `traits` ask for other than seven classes.
 */
export async function startTinyHub(traits: Traits = {}): Promise<HubServer> {
  const folder = await writeTinyModel(path.join(tempFolder(), 'tiny'), traits)
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
  return startHub({
    'config.json': Buffer.from(JSON.stringify(config)),
    'preprocessor_config.json': Buffer.from(JSON.stringify(processor)),
    'model.safetensors': await readFile(path.join(folder, 'model.safetensors')),
  })
}

export interface TestInstall {
  readonly modelsDir: string
  /** Installs `tinyEntry`, or `entry`; tries again at once. */
  readonly run: (options?: {
    readonly entry?: CatalogueEntry
    readonly signal?: AbortSignal
    readonly onProgress?: (progress: InstallProgress) => void
  }) => Promise<string>
}

export function setUpInstall(
  hubUrl: string,
  options: Partial<HubOptions> = {},
  folder?: string,
): TestInstall {
  const modelsDir = path.join(folder ?? tempFolder(), 'models')
  return {
    modelsDir,
    async run({
      entry = tinyEntry,
      signal = new AbortController().signal,
      onProgress = () => undefined,
    } = {}) {
      const hub = createHub({ ...defaultHubOptions, baseUrl: hubUrl, retryDelaysMs: [0, 0, 0], ...options })
      try {
        return await install({ hub, entry, modelsDir, signal, onProgress })
      } finally {
        hub.close()
      }
    },
  }
}

/** The weights, which the store of large files sends. */
export function weightsOf(hub: HubServer): Buffer {
  return hub.files.get('model.safetensors') ?? Buffer.alloc(0)
}
