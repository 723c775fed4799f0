// Double clicks of hasty users on buttons that leave at the first click.

/**
 * The second click of a double click counts only where the first one did: what came to the place of a button that left,
 * such as "Cancel", was not meant. Returns how to stop that.
 */
export function ignoreSecondClicksElsewhere(target: Window): () => void {
  let first: Element | null = null
  const look = (event: MouseEvent) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (event.detail <= 1) first = button
    else if (first !== null && button !== first) {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
  }
  target.addEventListener('click', look, true)
  return () => {
    target.removeEventListener('click', look, true)
  }
}
