// Assembles the WebAssembly texts of learning into modules of their bytes: node build/assemble-wat.ts
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import createWabt from 'wabt'

const folder = new URL('../electron/core/learning/algorithms/', import.meta.url)

/** The texts without `.wat`, and what their bytes are called. */
export const wasmTexts = {
  matmul: 'matmulWasmBase64',
  'int8-dot': 'int8DotWasmBase64',
  'near-pairs': 'nearPairsWasmBase64',
} as const
type WasmText = keyof typeof wasmTexts

/** The source of `NAME-wasm.ts`, made from `NAME.wat`. */
export async function assemble(name: WasmText): Promise<string> {
  const wabt = await createWabt()
  const text = await readFile(new URL(`${name}.wat`, folder), 'utf8')
  const module = wabt.parseWat(`${name}.wat`, text, { simd: true })
  const { buffer } = module.toBinary({})
  return [
    `// The assembled ${name}.wat, made by \`npm run build:wasm\`; a test compares the two.`,
    '// prettier-ignore',
    `export const ${wasmTexts[name]} = '${Buffer.from(buffer).toString('base64')}'`,
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of Object.keys(wasmTexts) as WasmText[])
    await writeFile(new URL(`${name}-wasm.ts`, folder), await assemble(name))
