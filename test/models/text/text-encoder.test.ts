// Text encoders against transformers' own numbers: tokens, embeddings, and what is refused.
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildTextGraph, textGraphNames } from '../../../models/text/text-graph.ts'
import { readTextEncoder } from '../../../models/text/text-encoder.ts'
import { openTextReader } from '../../../models/text/text-inputs.ts'
import * as ort from '../../../electron/worker/runtime.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { largestDifference } from '../helpers.ts'
import { textImageModels } from './models.ts'

describe.each(textImageModels)('$name', ({ folder, golden }) => {
  test('reads the tokens, the scale and the bias as transformers does', async () => {
    const encoder = await readTextEncoder(folder)
    const { texts, ids, logitScale, logitBias } = golden()
    const reader = await openTextReader(folder, encoder)
    expect(texts.map((text) => reader.tokenIds(text))).toEqual(ids)
    expect(encoder.logitScale).toBeCloseTo(logitScale, 5)
    expect(encoder.logitBias).toBeCloseTo(logitBias, 5)
  })

  test('embeds texts of several lengths in one batch within 1e-5 of transformers', async () => {
    const encoder = await readTextEncoder(folder)
    const { texts, text } = golden()
    const inputs = await (await openTextReader(folder, encoder)).read(texts)
    const file = join(tempFolder(), 'text.onnx')
    await buildTextGraph(encoder).write(file)
    const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1 })
    const outputs = await session.run({
      [textGraphNames.tokens]: new ort.Tensor('float32', inputs.embedded, [
        ...[inputs.texts, inputs.tokens, encoder.block.dim],
      ]),
      [textGraphNames.readout]: new ort.Tensor('float32', inputs.readout, [inputs.texts, 1, inputs.tokens]),
    })
    await session.release()
    const embeddings = outputs[textGraphNames.embedding]?.data as Float32Array
    expect(largestDifference(embeddings, text.flat())).toBeLessThan(1e-5)
  })
})

describe('what cannot be read', () => {
  const copyOf = async (name: string): Promise<string> => {
    const folder = join(tempFolder(), name)
    await cp(join(import.meta.dirname, name), folder, { recursive: true })
    return folder
  }

  test('an activation that is not built is refused by its name', async () => {
    const folder = await copyOf('clip')
    const file = join(folder, 'config.json')
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('quick_gelu', 'mish'))
    await expect(readTextEncoder(folder)).rejects.toThrow('hidden_act mish, which is not supported')
  })

  test('a number of heads that does not divide the width is refused', async () => {
    const folder = await copyOf('siglip')
    const file = join(folder, 'config.json')
    const config = JSON.parse(await readFile(file, 'utf8')) as { text_config: Record<string, unknown> }
    config.text_config['num_attention_heads'] = 7
    await writeFile(file, JSON.stringify(config))
    await expect(readTextEncoder(folder)).rejects.toThrow('says 7 attention heads for texts')
  })

  test('a folder without its tokenizer says which file is missing', async () => {
    const folder = await copyOf('clip')
    await rm(join(folder, 'tokenizer.json'))
    const encoder = await readTextEncoder(folder)
    await expect(openTextReader(folder, encoder)).rejects.toThrow('has no tokenizer.json')
  })

  test('a text longer than the model takes is cut and keeps its end', async () => {
    const { folder, golden } = textImageModels[0]
    const encoder = await readTextEncoder(folder)
    const ids = (await openTextReader(folder, encoder)).tokenIds('a red circle '.repeat(40))
    expect(ids).toHaveLength(encoder.maxTokens)
    expect(ids.at(-1)).toBe(golden().ids[0]?.at(-1))
  })
})
