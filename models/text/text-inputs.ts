// Turns texts into the inputs of the text graph: tokens as the model's own processor makes them, embedded with positions.
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../checkpoint/files.ts'
import { readFloats } from '../checkpoint/safetensors.ts'
import { lacksTensor } from '../checkpoint/checkpoint.ts'
import { readTokenizer } from '../tokenizer/tokenizer.ts'
import { createWeights } from '../vit/weights.ts'
import type { TextEncoder } from './text-encoder.ts'

/** One batch; see textGraphNames. */
export interface TextInputs {
  readonly texts: number
  /** Of each text. */
  readonly tokens: number
  /** [texts, tokens, dim]. */
  readonly embedded: Float32Array
  /** [texts, 1, tokens]. */
  readonly readout: Float32Array
}

export interface TextReader {
  /** Ids as they go into the model; of SigLIP padded to its full length. */
  readonly tokenIds: (text: string) => readonly number[]
  readonly read: (texts: readonly string[]) => Promise<TextInputs>
}

const TokenizerConfig = z.object({
  tokenizer_class: z.string().nullish(),
  pad_token: z.union([z.string(), z.object({ content: z.string() })]).nullish(),
  padding_side: z.enum(['left', 'right']).nullish(),
})

/** @throws ModelError naming the tokenizer's file where it is missing or damaged. */
export async function openTextReader(folder: string, encoder: TextEncoder): Promise<TextReader> {
  const { family, maxTokens } = encoder
  const tokenizer = await readTokenizer(folder)
  const config = (await readJson(join(folder, 'tokenizer_config.json'), TokenizerConfig)) ?? {}
  const { pad_token: padName } = config
  const padText = typeof padName === 'string' ? padName : padName?.content
  // The configuration of SigLIP 2 leaves SigLIP's padding as it was, so the tokenizer's own counts.
  const pad =
    (padText === undefined ? undefined : tokenizer.encode(padText, maxTokens)[0]) ?? encoder.padToken
  const canonical =
    family === 'clip'
      ? (text: string) => text
      : config.tokenizer_class === 'SiglipTokenizer'
        ? withoutPunctuation
        : toLower

  const tokenIds = (text: string): readonly number[] => {
    const ids = tokenizer.encode(canonical(text), maxTokens)
    if (family === 'clip') return ids
    const padding = new Array<number>(maxTokens - ids.length).fill(pad)
    return config.padding_side === 'left' ? [...padding, ...ids] : [...ids, ...padding]
  }
  const embed = await createTokenTable(encoder)

  return {
    tokenIds,
    async read(texts) {
      const { dim } = encoder.block
      const all = texts.map(tokenIds)
      const tokens = Math.max(...all.map(({ length }) => length))
      const embedded = new Float32Array(texts.length * tokens * dim)
      const readout = new Float32Array(texts.length * tokens)
      for (const [n, ids] of all.entries()) {
        await embed(ids, embedded.subarray(n * tokens * dim, (n + 1) * tokens * dim))
        // CLIP is read at the end of the text, which is the last token; SigLIP at its last one, whatever that is.
        readout[n * tokens + ids.length - 1] = 1
      }
      return { texts: texts.length, tokens, embedded, readout }
    },
  }
}

/** SigLIP's texts have no capitals and no ASCII punctuation, whatever the tokenizer's file says (its processor's own rule). */
function withoutPunctuation(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[!-/:-@[-`{-~]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** SigLIP 2 was trained on lower case, which its first tokenizer files do not say. */
const toLower = (text: string): string => text.toLowerCase()

/** Writes token plus position embeddings of one text [tokens, dim]; rows are read from the checkpoint as they are needed. */
async function createTokenTable({ named, block: { dim }, vocabulary, maxTokens }: TextEncoder) {
  const positions = await createWeights(named).take('positions.weight', [maxTokens, dim])()
  const table = named.tensors.get('tokens.weight')
  const tableName = named.storedName('tokens.weight')
  const rows = new Map<number, Float32Array>()
  const rowOf = async (id: number): Promise<Float32Array> => {
    // A tokenizer may know tokens that were added after the model was trained; the last row would be another word.
    if (table === undefined || id >= vocabulary) throw lacksTensor(named, `${tableName}[${id}]`)
    const row = rows.get(id) ?? (await readFloats(tableName, table.stored, { first: id, count: 1 }))
    rows.set(id, row)
    return row
  }
  return async (ids: readonly number[], target: Float32Array): Promise<void> => {
    for (const [at, id] of ids.entries()) {
      const row = await rowOf(id)
      for (let d = 0; d < dim; d++) target[at * dim + d] = (row[d] ?? 0) + (positions[at * dim + d] ?? 0)
    }
  }
}
