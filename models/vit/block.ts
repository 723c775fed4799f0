// One block of an encoder: attention and MLP, each added to what came in.
import { attention, partOf } from './attention.ts'
import { attentionName, firstTokens, type Encoder } from './encoder.ts'
import { mlp } from './mlp.ts'

/**
 * x [N * tokens, dim] -> [N * queries, dim]: only the first `queries` tokens of each photo are computed. Layer scales are
 * part of the weights, see LinearOptions.
 */
export function encoderBlock(
  encoder: Encoder,
  block: number,
  x: string,
  queries: number | string = encoder.tokens,
): string {
  const at = `blocks.${block}`
  switch (encoder.arch.layout) {
    case 'pre-norm': {
      const y = add(
        encoder,
        firstTokens(encoder, x, queries),
        attend(encoder, block, norm(encoder, `${at}.norm1`, x), queries),
      )
      return add(encoder, y, feedForward(encoder, `${at}.mlp`, norm(encoder, `${at}.norm2`, y), 'ls2'))
    }
    case 'post-norm': {
      const attended = norm(encoder, `${at}.norm1`, attend(encoder, block, x, queries))
      const y = add(encoder, firstTokens(encoder, x, queries), attended)
      return add(encoder, y, norm(encoder, `${at}.norm2`, feedForward(encoder, `${at}.mlp`, y, 'ls2')))
    }
    case 'parallel': {
      const normed = norm(encoder, `${at}.norm1`, x)
      const y = add(encoder, firstTokens(encoder, x, queries), attend(encoder, block, normed, queries, 'ls'))
      return add(encoder, y, feedForward(encoder, `${at}.mlp`, firstTokens(encoder, normed, queries), 'ls'))
    }
    case 'multiple':
      return multipleBlock(encoder, block, x, queries)
  }
}

const add = ({ g }: Encoder, ...values: readonly string[]): string => g.node('Add', values)

const norm = ({ layers, arch }: Encoder, name: string, x: string): string =>
  layers.norm(x, name, arch.dim, arch.norm)

/** The tensor of a layer scale, where blocks have it. */
const scaleOf = ({ arch }: Encoder, path: string): string | undefined =>
  arch.parts.has(`${partOf(path)}.gamma`) ? `${path}.gamma` : undefined

function attend(
  encoder: Encoder,
  block: number,
  x: string,
  queries: number | string,
  layerScale = 'ls1',
): string {
  const at = `blocks.${block}`
  const scale = scaleOf(encoder, `${at}.${layerScale}`)
  return attention(
    encoder,
    { block, name: `${at}.attn`, scale, probabilities: attentionName(block) },
    x,
    queries,
  )
}

function feedForward(encoder: Encoder, name: string, x: string, scale: string): string {
  const has = (part: string) => encoder.arch.parts.has(`${partOf(name)}.${part}`)
  return mlp(encoder, encoder.arch, name, x, has, scaleOf(encoder, name.replace(/mlp$/, scale)))
}

/** Attentions side by side, then MLPs side by side ("Three things everyone should know about Vision Transformers"). */
function multipleBlock(encoder: Encoder, block: number, x: string, queries: number | string): string {
  const { g, arch, withAttention } = encoder
  const count = new Set([...arch.parts].map((part) => /^attns\.(\d+)\./.exec(part)?.[1]).filter(Boolean)).size
  const numbers = Array.from({ length: count }, (_, i) => i)
  const probabilities = numbers.map((i) => `${attentionName(block)}_${i}`)
  let y = firstTokens(encoder, x, queries)
  for (const i of numbers) {
    const at = `blocks.${block}.attns.${i}`
    const place = {
      block,
      name: `${at}.attn`,
      scale: scaleOf(encoder, `${at}.ls`),
      probabilities: probabilities[i],
    }
    y = add(encoder, y, attention(encoder, place, norm(encoder, `${at}.norm`, x), queries))
  }
  if (withAttention) g.node('Mean', probabilities, { outputs: [attentionName(block)] })
  let z = y
  for (const i of numbers) {
    const at = `blocks.${block}.ffns.${i}`
    z = add(encoder, z, feedForward(encoder, `${at}.mlp`, norm(encoder, `${at}.norm`, y), 'ls'))
  }
  return z
}
