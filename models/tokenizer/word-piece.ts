// A tokenizer.json for folders that have only BERT's older vocab.txt.

/** The description of BERT's tokenizer over a vocabulary with a token on each line, whose number is its id. */
export function wordPieceFromVocabulary(vocabulary: string, lowercase: boolean) {
  const tokens = vocabulary.split('\n').map((line) => line.replace(/\r$/, ''))
  if (tokens.at(-1) === '') tokens.pop()
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]))
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].filter((token) => token in vocab)
  const mark = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
  return {
    added_tokens: special.map((content) => ({
      id: vocab[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [mark('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, mark('[SEP]')],
      pair: [],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [vocab[id]], tokens: [id] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  }
}
