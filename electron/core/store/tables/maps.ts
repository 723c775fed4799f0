// Stored maps of the library, since computing one takes long.
import { z } from 'zod'
import type { VariantId } from './model-variants.ts'
import type { Db } from '../sqlite/connection.ts'

export interface StoredMap {
  /** [photos, 2] row-major: x and y. */
  readonly coordinates: Float32Array
  readonly fitted: number
}

export type Maps = ReturnType<typeof createMaps>

export function createMaps(db: Db) {
  const get = db.query(
    `SELECT coordinates, fitted FROM library_map
     WHERE variant_id = @variantId AND request = @request AND signature = @signature`,
    z.object({ coordinates: z.instanceof(Uint8Array), fitted: z.int() }),
  )
  const put = db.command(
    `INSERT INTO library_map (variant_id, request, signature, coordinates, fitted)
     VALUES (@variantId, @request, @signature, @coordinates, @fitted)
     ON CONFLICT (variant_id, request) DO UPDATE SET
       signature = excluded.signature, coordinates = excluded.coordinates, fitted = excluded.fitted`,
  )
  return {
    /** Returns the map; null where there is none for these embeddings. */
    get: (variantId: VariantId, request: string, signature: string): StoredMap | null => {
      const row = get.get({ variantId, request, signature })
      if (row === null) return null
      return {
        coordinates: new Float32Array(Uint8Array.from(row.coordinates).buffer),
        fitted: row.fitted,
      }
    },
    put: (
      variantId: VariantId,
      request: string,
      signature: string,
      { coordinates, fitted }: StoredMap,
    ): void => {
      const { buffer, byteOffset, byteLength } = coordinates
      put({
        variantId,
        request,
        signature,
        coordinates: new Uint8Array(buffer, byteOffset, byteLength),
        fitted,
      })
    },
  }
}
