// A hub with a tiny ViT, and an entry of the catalogue for it.
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { CatalogueEntry } from '../../../../models/catalogue/catalogue.ts'
import {
  createHub,
  defaultHubOptions,
  type HubOptions,
} from '../../../../electron/core/models/catalogue/hub.ts'
import { install, type InstallProgress } from '../../../../electron/core/models/catalogue/install.ts'
import { startHub, type HubServer } from '../../../helpers/hub-server.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'
import { tinyHubFiles } from '../../../helpers/tiny-hub-files.ts'
import type { Traits } from '../../../models/tiny-vit.ts'

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
  scores: 'softmax',
  accuracy: null,
}

/** A hub with the files of a tiny ViT, for this test. */
export async function startTinyHub(traits: Traits = {}): Promise<HubServer> {
  const hub = await startHub(await tinyHubFiles(path.join(tempFolder(), 'tiny'), traits))
  onTestFinished(hub.close)
  return hub
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
