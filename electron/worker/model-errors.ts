// What models/ throws, as errors that may cross to the core.
import { ModelError } from '../../models/model-error.ts'
import { AppError } from '../contract/errors.ts'

/** A model's error as one that may cross to the core. */
export async function reportingModelErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ModelError) throw new AppError(error.code, error.message, { cause: error })
    throw error
  }
}
