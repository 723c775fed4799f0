// Assembles the WebAssembly text of the matrix product into a module of its bytes: node build/assemble-wat.ts
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import createWabt from 'wabt'

const folder = new URL('../electron/core/learning/algorithms/', import.meta.url)

/** The source of matmul-wasm.ts, made from matmul.wat. */
export async function assembleMatmul(): Promise<string> {
  const wabt = await createWabt()
  const text = await readFile(new URL('matmul.wat', folder), 'utf8')
  const module = wabt.parseWat('matmul.wat', text, { simd: true })
  const { buffer } = module.toBinary({})
  return [
    '// The assembled matmul.wat, made by `npm run build:wasm`; a test compares the two.',
    '// prettier-ignore',
    `export const matmulWasmBase64 = '${Buffer.from(buffer).toString('base64')}'`,
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(new URL('matmul-wasm.ts', folder), await assembleMatmul())
