// Reads the folder of a ViLT, and prepares its graph in the cache.
import { basename, join, resolve } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { writeFileAtomic } from '../../electron/common/write-atomic.ts'
import { msg } from '../../electron/texts/message.ts'
import { readModelSource } from '../catalogue/model-source.ts'
import { readCheckpoint } from '../checkpoint/checkpoint.ts'
import { hashFiles, isFile, statOrNull, writing } from '../checkpoint/files.ts'
import type { NamedTensors } from '../checkpoint/named-tensors.ts'
import { ModelError } from '../model-error.ts'
import { readTokenizer, tokenizerFiles, type Tokenizer } from '../tokenizer/tokenizer.ts'
import { isVilt, readViltConfig, type ViltConfig } from './config.ts'
import { buildViltGraph } from './graph.ts'
import { readViltPreprocessing, type ViltPreprocessing } from './photo.ts'
import { nameViltTensors } from './weights.ts'

export interface ViltFolder {
  /** Absolute. */
  readonly path: string
  readonly name: string
  /** 16 hexadecimal digits over the content of weights, configuration and tokenizer; see hashFiles. */
  readonly version: string
  readonly config: ViltConfig
  readonly preprocessing: ViltPreprocessing
  readonly tokenizer: Tokenizer
  readonly named: NamedTensors
  readonly weightBytes: number
}

/** Part of the file names in the cache: incremented whenever the same weights lead to another graph. */
const graphFormat = 2

/**
 * Reads the folder of a ViLT with a head that is of use; every byte once, for the version.
 * @throws ModelError with a sentence that names the file and the remedy.
 */
export async function readViltFolder(path: string): Promise<ViltFolder> {
  const folder = resolve(path)
  if ((await statOrNull(folder)) === null)
    throw new ModelError('model-missing', msg('There is no model at {{path}}; check the path.', { path }))
  if (!(await isVilt(folder)))
    throw new ModelError(
      'model-unsupported',
      msg('{{path}} is no ViLT, the kind of model that answers questions; use one of the catalogue.', {
        path,
      }),
    )
  const config = await readViltConfig(folder)
  const checkpoint = await readCheckpoint(folder)
  if (checkpoint === null)
    throw new ModelError(
      'model-missing',
      msg(
        '{{path}} has no model.safetensors; a pytorch_model.bin alone is not read. Download or convert it.',
        {
          path,
        },
      ),
    )
  const named = nameViltTensors(checkpoint)
  // For what it says of tensors that are missing or misshapen; it reads none of them.
  buildViltGraph(config, named, false)
  const besides = ['config.json', 'preprocessor_config.json', ...tokenizerFiles].map((name) =>
    join(folder, name),
  )
  const present = await Promise.all(besides.map(isFile))
  const sizes = await Promise.all(checkpoint.files.map(async (file) => (await statOrNull(file))?.size ?? 0))
  return {
    path: folder,
    name: (await readModelSource(folder))?.id ?? basename(folder),
    version: await hashFiles([...checkpoint.files, ...besides.filter((_file, i) => present[i])]),
    config,
    preprocessing: await readViltPreprocessing(folder, config.patchPx),
    tokenizer: await readTokenizer(folder),
    named,
    weightBytes: sizes.reduce((a, b) => a + b, 0),
  }
}

/**
 * The ONNX file of a ViLT in the cache, built where it is not there yet.
 * @throws ModelError where the cache cannot be written.
 */
export async function prepareVilt(
  model: ViltFolder,
  cacheDir: string,
  withAttention: boolean,
): Promise<string> {
  const file = join(
    cacheDir,
    `${model.version}-vilt${withAttention ? '-attention' : ''}-g${graphFormat}.onnx`,
  )
  if (await isFile(file)) return file
  const graph = buildViltGraph(model.config, model.named, withAttention)
  await writing(cacheDir, async () => {
    await mkdir(cacheDir, { recursive: true })
    await writeFileAtomic(file, ({ path }) => graph.write(path))
  })
  return file
}
