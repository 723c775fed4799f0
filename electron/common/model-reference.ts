// How settings name a model: by its weights, since two models may have one name, and by its name for when these change.

interface Named {
  readonly name: string
  readonly version: string
}

/** `vit-small@0f3a…`: its name, and the fingerprint of its weights and configuration. */
export const modelReference = ({ name, version }: Named): string => `${name}@${version}`

/**
 * Returns the model that is meant: the one of these weights; else the newest one of the name, as after an update or another
 * export. A bare name is from before Labelroom kept the weights. Undefined where there is none.
 */
export function findReferenced<M extends Named>(
  models: readonly M[],
  reference: string | null,
): M | undefined {
  if (reference === null) return undefined
  const at = reference.lastIndexOf('@')
  const name = at === -1 ? reference : reference.slice(0, at)
  return (
    models.find((model) => at !== -1 && model.version === reference.slice(at + 1)) ??
    models.findLast((model) => model.name === reference || model.name === name)
  )
}
