// What was last made of the embeddings of a library, for as long as they are the same.
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/tables/model-variants.ts'

/**
 * Returns `make` with a memory: for each store, what was made last is returned again until it is asked for another variant, or
 * the signature of the variant's embeddings changes.
 */
export function keepLast<T>(
  make: (store: Store, variantId: VariantId, signature: string) => T,
): (store: Store, variantId: VariantId) => T {
  const kept = new WeakMap<Store, { variantId: VariantId; signature: string; made: T }>()
  return (store, variantId) => {
    const signature = store.embeddings.signature(variantId)
    const known = kept.get(store)
    if (known?.variantId === variantId && known.signature === signature) return known.made
    // The old one may be large, and can go before the new one comes.
    kept.delete(store)
    const made = make(store, variantId, signature)
    kept.set(store, { variantId, signature, made })
    return made
  }
}
