// State that outlives the component which asks for it first, and of which each app has one.
import type { AppState } from './app.svelte.ts'

/**
 * Makes something that is kept when its screen is left. Otherwise what it derives would belong to the component that is
 * being set up, and stand still once that is gone.
 */
export function withEffectRoot<T>(make: () => T): T {
  let made!: T
  $effect.root(() => {
    made = make()
  })
  return made
}

/** Returns a function that makes the one of an app when it is first asked for. */
export function perApp<T>(make: (app: AppState) => T): (app: AppState) => T {
  const all = new WeakMap<AppState, { readonly value: T }>()
  return (app) => {
    const known = all.get(app) ?? { value: withEffectRoot(() => make(app)) }
    all.set(app, known)
    return known.value
  }
}
