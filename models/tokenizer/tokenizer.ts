// The one door to tokenizers: text to the token ids that a model was trained on, as its folder describes them.
import { join } from 'node:path'
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import { msg } from '../../electron/texts/message.ts'
import { isFile, readJson, readText } from '../checkpoint/files.ts'
import { ModelError } from '../model-error.ts'
import { wordPieceFromVocabulary } from './word-piece.ts'

export interface Tokenizer {
  /**
   * The ids of a text between the tokens that mark its start and end. At most `maxTokens` with these: what is too long is
   * cut at its end, as transformers does with `truncation=True`, and the marks stay.
   */
  readonly encode: (text: string, maxTokens: number) => readonly number[]
}

/** The files of a tokenizer, for the version of a model. */
export const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json', 'vocab.txt']

/** SigLIP 2's vocabulary of 256,000 tokens has 34 MB. */
const maxTokenizerBytes = 64 * 1024 * 1024

const TokenizerFile = z.looseObject({ model: z.looseObject({}), normalizer: z.unknown().optional() })
type TokenizerFile = z.infer<typeof TokenizerFile>
const TokenizerConfig = z.looseObject({ do_lower_case: z.boolean().optional() })

/**
 * Reads `tokenizer.json` of a folder (WordPiece, BPE and Unigram), or BERT's `vocab.txt` where there is no such file.
 * @throws ModelError `model-missing` where the folder has neither, `model-invalid` where a file is damaged.
 */
export async function readTokenizer(folder: string): Promise<Tokenizer> {
  const file = join(folder, 'tokenizer.json')
  const vocabulary = join(folder, 'vocab.txt')
  const config = (await readJson(join(folder, 'tokenizer_config.json'), TokenizerConfig)) ?? {}
  const json = await readJson(file, TokenizerFile, maxTokenizerBytes)
  if (json !== null) return createTokenizer(file, json, config)
  if (await isFile(vocabulary)) {
    const built = wordPieceFromVocabulary(await readText(vocabulary), config.do_lower_case ?? true)
    return createTokenizer(vocabulary, built, config)
  }
  throw new ModelError(
    'model-missing',
    msg('{{folder}} has no tokenizer.json, without which no text can be read; download it too.', { folder }),
  )
}

function createTokenizer(file: string, json: TokenizerFile, config: object): Tokenizer {
  try {
    const library = new LibraryTokenizer(json, config)
    const { normalizer = null } = json
    const prepare = createPreparation(JSON.stringify(normalizer))
    const ids = (text: string, marks: boolean) =>
      library.encode(prepare(text), { add_special_tokens: marks }).ids
    const { before, after } = findMarks(ids('a', false), ids('a', true))
    return {
      encode(text, maxTokens) {
        const content = ids(text, false).slice(0, maxTokens - before.length - after.length)
        return [...before, ...content, ...after]
      },
    }
  } catch (error) {
    throw new ModelError(
      'model-invalid',
      msg('{{file}} is no tokenizer that Labelroom can use; download or copy it again.', { file }),
      { cause: error },
    )
  }
}

/** The tokens that are put before and after a text. */
function findMarks(bare: readonly number[], marked: readonly number[]) {
  const count = marked.length - bare.length
  for (let start = 0; start <= count; start++) {
    if (bare.every((id, i) => marked[start + i] === id))
      return { before: marked.slice(0, start), after: marked.slice(start + bare.length) }
  }
  throw new Error('the text is not among its tokens')
}

const rareHan = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu

/**
 * What the library does otherwise than the original tokenizers, done before: JavaScript lowers a sigma at the end of a word
 * to its final form, and the library does not stand Han characters beyond the basic plane apart.
 */
function createPreparation(normalizer: string): (text: string) => string {
  const lowers = /"type":"Lowercase"|"lowercase":true/.test(normalizer)
  const standsHanApart = normalizer.includes('"handle_chinese_chars":true')
  return (text) => {
    const lowered = lowers ? text.replaceAll('Σ', 'σ') : text
    return standsHanApart ? lowered.replace(rareHan, ' $& ') : lowered
  }
}
