// The tiny text-image models of this folder and transformers' numbers for them; made by test/scripts/text-image-models.py.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Golden {
  readonly texts: readonly string[]
  readonly ids: readonly (readonly number[])[]
  readonly logitScale: number
  readonly logitBias: number
  /** Of each text, of unit length. */
  readonly text: readonly (readonly number[])[]
  /** Of two photos: sin(0.01 * i) over [2, 3, 32, 32]. */
  readonly image: readonly (readonly number[])[]
  /** [texts][photos]. */
  readonly logits: readonly (readonly number[])[]
}

const modelOf = (name: string) => {
  const folder = join(import.meta.dirname, name)
  return {
    name,
    folder,
    golden: () => JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')) as Golden,
  }
}

export const textImageModels = [modelOf('clip'), modelOf('siglip'), modelOf('siglip2')] as const
