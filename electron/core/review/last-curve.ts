// The learning curve that was measured last, kept in the library: to measure it again takes long.
import { z } from 'zod'
import { parseJson } from '../../common/parse-json.ts'
import type { LabelCount } from '../../contract/labels.ts'
import { MeasuredCurve } from '../../contract/review.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/tables/model-variants.ts'

/** Its name among the settings of a library. */
const setting = 'learning-curve'

/** The model matters: another one sees the photos otherwise. */
const Stored = MeasuredCurve.extend({ variantId: z.number().nullable() })

export interface CurveSubject {
  readonly mode: MeasuredCurve['mode']
  /** The labels that are trained; null: all. */
  readonly classes: readonly string[] | null
  /** All labels of the library. */
  readonly counts: readonly LabelCount[]
}

/** Returns what the curve is about. */
export function curveSubject({ mode, classes, counts }: CurveSubject): Omit<MeasuredCurve, 'curve'> {
  const labels = counts
    .filter(({ name, confirmed }) => confirmed > 0 && (classes?.includes(name) ?? true))
    .map(({ name, confirmed, rejected }) => ({ name, confirmed, rejected }))
  return { mode, labels }
}

export function createLastCurve(store: Pick<Store, 'isReadonly' | 'models' | 'settings' | 'whenFree'>) {
  /** In a library that cannot be written, until it is closed. */
  let kept: string | null = null
  return {
    /** @param variantId the model whose embeddings it was measured on, which may not be the one used last any more. */
    save: async (measured: MeasuredCurve, variantId: VariantId | null): Promise<void> => {
      const text = JSON.stringify({ ...measured, variantId } satisfies z.infer<typeof Stored>)
      if (store.isReadonly) kept = text
      else
        await store.whenFree(() => {
          store.settings.put(setting, text)
        })
    },
    /** Returns null where none was measured, or with another model than the one that was used last. */
    get: (): MeasuredCurve | null => {
      const { data } = Stored.safeParse(parseJson(kept ?? store.settings.get(setting) ?? 'null'))
      return data?.variantId === store.models.lastUsed(null) ? MeasuredCurve.parse(data) : null
    },
  }
}
