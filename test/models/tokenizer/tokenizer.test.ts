// Tokens of the kinds of tokenizer that models with text have, against Hugging Face's own library.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readTokenizer } from '../../../models/tokenizer/tokenizer.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

/** Made by golden.py. A digest is the start of the sha256 of a string's ids. */
interface Golden {
  readonly strings: readonly string[]
  readonly tokenizers: Readonly<Record<string, GoldenTokenizer>>
}
interface GoldenTokenizer {
  readonly longest: number
  readonly json: { readonly model: { readonly vocab: Readonly<Record<string, number>> } }
  readonly digests: string
  readonly cut: number
}
const { strings, tokenizers } = JSON.parse(
  gunzipSync(readFileSync(new URL('golden.json.gz', import.meta.url))).toString(),
) as Golden

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = tempFolder()
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

async function differing(folder: string, { longest, digests }: GoldenTokenizer): Promise<string[]> {
  const tokenizer = await readTokenizer(folder)
  return strings.filter((text, i) => {
    const ids = tokenizer.encode(text, longest)
    const digest = createHash('sha256').update(ids.join(',')).digest('hex').slice(0, 8)
    return ids.length > longest || digest !== digests.slice(8 * i, 8 * i + 8)
  })
}

test.each(Object.entries(tokenizers))(
  'a tokenizer like that of %s makes the same ids of 2,000 strings, long ones cut',
  async (_name, golden) => {
    expect(strings).toHaveLength(2000)
    expect(golden.cut).toBeGreaterThan(20)
    const folder = await folderWith({ 'tokenizer.json': JSON.stringify(golden.json) })
    expect(await differing(folder, golden)).toEqual([])
  },
)

test("BERT's vocab.txt alone gives the same ids", async () => {
  const golden = tokenizers['bert']
  if (golden === undefined) throw new Error('the golden file has no BERT')
  const vocabulary = Object.entries(golden.json.model.vocab).sort(([, a], [, b]) => a - b)
  const folder = await folderWith({ 'vocab.txt': vocabulary.map(([token]) => `${token}\n`).join('') })
  expect(await differing(folder, golden)).toEqual([])
})

test('a folder without a tokenizer and a damaged one are refused with the remedy', async () => {
  await expect(readTokenizer(await folderWith({}))).rejects.toThrow(/has no tokenizer.json.*download it too/)
  const damaged = await folderWith({ 'tokenizer.json': '{"model":{"type":"Nothing"},"added_tokens":[]}' })
  await expect(readTokenizer(damaged)).rejects.toThrow(/tokenizer.json is no tokenizer/)
})
