// A model folder with a tiny random ViT, for tests in which the labels do not matter.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeTinyVit, timmTensors, type Traits } from '../models/tiny-vit.ts'
import { writeSafetensors } from '../models/write-safetensors.ts'

/** Seven classes and 32 x 32 px where `traits` say nothing else, weights changed as wished; gives the folder back. */
export async function writeTinyModel(
  folder: string,
  { change, ...traits }: Traits & { readonly change?: (weights: Float32Array) => Float32Array } = {},
): Promise<string> {
  const vit = makeTinyVit(traits, change)
  await mkdir(folder, { recursive: true })
  await writeSafetensors(path.join(folder, 'model.safetensors'), timmTensors(vit))
  await writeFile(
    path.join(folder, 'config.json'),
    JSON.stringify({ num_attention_heads: vit.heads, problem_type: 'single_label_classification' }),
  )
  await writeFile(
    path.join(folder, 'labels.json'),
    JSON.stringify(['ant', 'bee', 'cat', 'dog', 'elk', 'fox', 'gnu']),
  )
  return folder
}
