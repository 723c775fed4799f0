// Pictures that cannot be had, for which the browser would show a sign of its own.

/** Marks pictures whose loading fails, for the style that hides them; for `error` and `load` in the capturing phase. */
export function markBroken({ type, target }: Event): void {
  if (target instanceof HTMLImageElement) target.toggleAttribute('data-broken', type === 'error')
}
