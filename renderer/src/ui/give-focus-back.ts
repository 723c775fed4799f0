// Where the focus goes when what had it is gone.
import { tick } from 'svelte'

/** To the element that had it before; where that is gone or cannot have it now, to the photos, so that keys work on. */
export function giveFocusBack(before: Element | null): void {
  if (before instanceof HTMLElement && before !== document.body) before.focus({ preventScroll: true })
  if (document.activeElement === document.body)
    document.querySelector<HTMLElement>('[role="grid"]')?.focus({ preventScroll: true })
}

const focusable = ':is(button, input, select, textarea):enabled, a[href], [tabindex="0"]'

/** The first one around the element that can have the focus; false: there is none. */
function focusNear(element: Element): boolean {
  for (let place = element.parentElement; place !== null; place = place.parentElement)
    for (const other of place.querySelectorAll<HTMLElement>(focusable)) {
      other.focus({ preventScroll: true })
      if (document.activeElement === other) return true
    }
  return false
}

/** What had the focus last, also where it cannot have it any more. */
let lastFocused: Element | null = null

/** Notes what has the focus, for `holdFocus`. Returns how to stop that. */
export function noteFocus(target: Document): () => void {
  const note = (event: FocusEvent) => {
    if (event.target instanceof Element) lastFocused = event.target
  }
  target.addEventListener('focusin', note)
  return () => {
    target.removeEventListener('focusin', note)
  }
}

/** Whether nothing has the focus that a key could be for. */
export const isFocusLost = (): boolean => document.activeElement?.matches('body, :disabled') ?? true

/**
 * For the button that stops some work, on the page while the work goes on: takes the focus where the control that began the
 * work cannot keep it, being hidden or disabled; afterwards whoever pressed this one is where they were, or beside it.
 */
export const holdFocus = (button: HTMLElement): (() => void) => followFocus(button, true)

/** The same for a button that is away from what began the work, and takes no focus by itself. */
export const returnFocus = (button: HTMLElement): (() => void) => followFocus(button, false)

function followFocus(button: HTMLElement, mayTake: boolean): () => void {
  let before: Element | null = null
  // What began the work is hidden or disabled only then.
  void tick().then(() => {
    if (!mayTake || !button.isConnected || !isFocusLost()) return
    const began = lastFocused
    button.focus({ preventScroll: true })
    before = began
  })
  const noteBefore = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof Element) before = relatedTarget
  }
  // A key that is still held down has begun the work, and must not stop it.
  const ignoreHeldKey = (event: KeyboardEvent) => {
    if (event.repeat) event.preventDefault()
  }
  button.addEventListener('focus', noteBefore)
  button.addEventListener('keydown', ignoreHeldKey)
  return () => {
    button.removeEventListener('focus', noteBefore)
    button.removeEventListener('keydown', ignoreHeldKey)
    if (before === null || (document.activeElement !== button && !isFocusLost())) return
    void giveBack(before)
  }
}

/** Once what began the work can have the focus again. */
async function giveBack(before: Element): Promise<void> {
  await tick()
  if (!isFocusLost()) return
  if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  if (isFocusLost() && !focusNear(before)) giveFocusBack(null)
}
