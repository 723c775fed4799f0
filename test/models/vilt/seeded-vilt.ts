// Small ViLTs with weights by a formula, as folders of transformers; what they say means nothing.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeSafetensors } from '../write-safetensors.ts'
import { tensorsOf } from './formula.ts'
import golden from './golden.json' with { type: 'json' }

export type ViltClass = keyof typeof golden.heads

/** Writes the folder and returns it. `config` replaces fields of config.json. */
export async function writeSeededVilt(
  folder: string,
  name: ViltClass,
  config: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const tensors = tensorsOf(golden.heads[name].shapes)
  // The decoder shares its weight with the words, and is not saved then.
  const { 'mlm_score.decoder.weight': decoder, ...others } = tensors
  const saved =
    decoder === undefined
      ? others
      : { ...others, 'vilt.embeddings.text_embeddings.word_embeddings.weight': decoder }
  await writeSafetensors(path.join(folder, 'model.safetensors'), saved)
  const write = (file: string, content: unknown) =>
    writeFile(path.join(folder, file), JSON.stringify(content))
  await write('config.json', { ...golden.heads[name].config, architectures: [name], ...config })
  await write('preprocessor_config.json', { size: 96, size_divisor: 8 })
  await writeFile(path.join(folder, 'vocab.txt'), '[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nhow\nmany\ncats\n?\n')
  return folder
}

const answers = ['cat', 'dog', 'red', 'yes', 'no', '1', '2']
/** One that answers questions, with one of these. */
export const writeSeededAnswers = (folder: string): Promise<string> =>
  writeSeededVilt(folder, 'ViltForQuestionAnswering', { id2label: Object.fromEntries(answers.entries()) })
