// What we use of @huggingface/tokenizers, whose own types name their files without endings, which Node's resolution refuses.
declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    /** The parsed tokenizer.json and tokenizer_config.json; throws where they are not usable. */
    constructor(tokenizer: object, config: object)
    encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: number[] }
  }
}
