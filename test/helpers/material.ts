// Photos and the ImageNet ViT that lie beside the checkout on development machines; tests that need them skip without.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const shared = (path: string): string => fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url))

export const material = {
  vitTiny: shared('models/vit_tiny_patch16_224'),
  objects: shared('photos/objects'),
  awkward: shared('photos/awkward'),
  cifar10: shared('photos/cifar10'),
} as const

/** False where the material is absent; says so once per test file. */
export function hasMaterial(...names: (keyof typeof material)[]): boolean {
  const missing = names.filter((name) => !existsSync(material[name]))
  if (missing.length > 0) console.warn(`Skipped: ../shared has no ${missing.join(', ')}.`)
  return missing.length === 0
}
