// Photos and the ImageNet ViT that lie beside the checkout on development machines; tests that need them skip without.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const shared = (path: string): string => fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url))

export const sharedFiles = {
  vitTiny: shared('models/vit_tiny_patch16_224'),
  objects: shared('photos/objects'),
  awkward: shared('photos/awkward'),
  cifar10: shared('photos/cifar10'),
} as const

/** False where any of them is missing; says so once for each test file. */
export function hasSharedFiles(...names: (keyof typeof sharedFiles)[]): boolean {
  const missing = names.filter((name) => !existsSync(sharedFiles[name]))
  if (missing.length > 0) console.warn(`Skipped: ../shared has no ${missing.join(', ')}.`)
  return missing.length === 0
}
