// State that outlives the component which asks for it first.

/**
 * Makes something that is kept when its screen is left. What it derives would stand still for good with the component
 * that was being set up meanwhile, so it belongs to none.
 */
export function lasting<T>(make: () => T): T {
  let made!: T
  $effect.root(() => {
    made = make()
  })
  return made
}
