// The learning curve that was measured last, kept in the library: to measure it again takes long.
import { z } from 'zod'
import type { LabelCount } from '../../contract/labels.ts'
import { MeasuredCurve } from '../../contract/review.ts'
import type { Store } from '../store/db.ts'

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

/** Returns what the curve is about; to be asked for before it is measured. */
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
    save: async (measured: MeasuredCurve): Promise<void> => {
      const stored: z.infer<typeof Stored> = { ...measured, variantId: store.models.lastUsed(null) }
      const text = JSON.stringify(stored)
      if (store.isReadonly) kept = text
      else
        await store.whenFree(() => {
          store.settings.put(setting, text)
        })
    },
    /** Returns null where none was measured, or with another model than the one that was used last. */
    get: (): MeasuredCurve | null => {
      const { data } = Stored.safeParse(parsed(kept ?? store.settings.get(setting)))
      return data?.variantId === store.models.lastUsed(null) ? MeasuredCurve.parse(data) : null
    },
  }
}

/** Another program may have written anything. */
function parsed(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown)
  } catch {
    return null
  }
}
