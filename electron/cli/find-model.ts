// Finds a model of the library by what users call it: its id, its name or its path.
import type { Model } from '../contract/models.ts'
import { AppError } from '../contract/errors.ts'
import type { CoreClient } from '../core/client.ts'
import { verbatim } from '../texts/message.ts'
import { toModelReference } from './options.ts'

/** Throws AppError when none or several have that name. */
export async function findModel(client: CoreClient, wanted: string): Promise<Model> {
  const models = await client.models.list({})
  const matches = models.filter(
    ({ id, name, path }) => name === wanted || String(id) === wanted || path === toModelReference(wanted),
  )
  const [model] = matches
  if (model === undefined)
    throw new AppError(
      'model-missing',
      verbatim(`There is no model ${wanted} in the library; see labelroom models.`),
    )
  if (matches.length > 1)
    throw new AppError(
      'bad-request',
      verbatim(`${matches.length} models are named ${wanted}; give the id instead.`),
    )
  return model
}
