// Where the focus goes when what had it is gone.

/** To the element that had it before; where that is gone or cannot have it now, to the photos, so that keys work on. */
export function giveFocusBack(before: Element | null): void {
  if (before instanceof HTMLElement && before !== document.body) before.focus({ preventScroll: true })
  if (document.activeElement === document.body)
    document.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true })
}
